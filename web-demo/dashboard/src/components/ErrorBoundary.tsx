import { Component, type ComponentChildren } from 'preact';
import { Button } from './Button';
import { Empty } from './Panel';

/** What fails inside fails alone: the rest of the page stays. */
export class ErrorBoundary extends Component<{ children: ComponentChildren }, { failure?: Error | undefined }> {
  override state: { failure?: Error | undefined } = {};

  static override getDerivedStateFromError(failure: Error) {
    return { failure };
  }

  override componentDidCatch(failure: Error) {
    reportError(failure);
  }

  override render() {
    const { failure } = this.state;
    if (!failure) {
      return this.props.children;
    }
    return (
      <Empty>
        <h3>This part of the page failed</h3>
        <p>{failure.message}</p>
        <p>
          <Button onClick={() => this.setState({ failure: undefined })}>Try again</Button>
        </p>
      </Empty>
    );
  }
}
