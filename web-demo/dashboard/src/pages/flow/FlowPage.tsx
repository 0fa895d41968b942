import { Empty, Page, Panel } from '../../components';

export default function FlowPage() {
  return (
    <Page title="Flow">
      <Panel title="Not built yet" height={240}>
        <Empty>
          <h3>There is nothing here yet</h3>
          <p>
            What this page will show can be asked of the <a href="/docs/">API</a> today.
          </p>
        </Empty>
      </Panel>
    </Page>
  );
}
