import { Page } from '../../components';
import { Answer } from './Answer';
import { Asking } from './Asking';
import { useRun } from './useRun';
import './ask.css';

/** The console: above what is asked, which changes with every key; below what came of it, which does not. */
export default function AskPage() {
  const run = useRun();
  return (
    <Page title="Ask" about="A question in SQL, about what was, what is and what comes.">
      <Asking run={run} />
      <Answer run={run} />
    </Page>
  );
}
