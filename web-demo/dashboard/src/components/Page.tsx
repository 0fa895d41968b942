import type { ComponentChildren } from 'preact';

/** The frame of every page: its heading, a sentence, controls, and its panels in a grid of twelve columns. */
export function Page({
  title,
  about,
  controls,
  children,
}: {
  title: string;
  about?: ComponentChildren;
  controls?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <>
      <header class="page-head">
        <div>
          <h1 tabIndex={-1}>{title}</h1>
          {about && <p class="muted">{about}</p>}
        </div>
        {controls && <div class="page-controls">{controls}</div>}
      </header>
      <div class="page-grid">{children}</div>
    </>
  );
}
