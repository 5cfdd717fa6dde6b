// The editor page: bar, files, code, panel.

import type { ComponentChildren } from 'preact';
import { Editor } from '../editor/Editor';
import { Tabs } from '../editor/Tabs';
import { Files } from '../files/Files';
import { Produced } from '../files/Produced';
import { Outline } from '../language/Outline';
import { readOnly } from '../workspace/store';
import { Ask } from './Ask';
import { Dialogs } from './Dialogs';
import { filesShown, filesWidth, panelWidth, part } from './layout';
import { LeftOut } from './LeftOut';
import { Messages } from './Messages';
import { BottomBar, KeysRow } from './Narrow';
import { Notice } from './Notice';
import { Panel } from './Panel';
import { Splitter } from './Splitter';
import { TopBar } from './TopBar';

export function Ide({ banner, side }: { banner?: ComponentChildren; side?: ComponentChildren }) {
  const panel = panelWidth.value > 0 ? `${panelWidth.value}px` : '42%';
  return (
    <div class={`ide part-${part.value} ${filesShown.value ? '' : 'no-files'}`}>
      <TopBar />
      <Notice />
      <LeftOut />
      {banner}
      <main class="work" style={{ '--files': `${filesWidth.value}px`, '--panel': panel }}>
        <aside class="side">
          <Files />
          <Produced />
          <Outline />
          {side}
        </aside>
        <Splitter width={filesWidth} side="left" label="Width of the files" least={140} />
        <section class="code" aria-label="Code">
          <Tabs />
          <Editor />
          {!readOnly.value && <KeysRow />}
        </section>
        <Splitter width={panelWidth} side="right" label="Width of the output" least={240} />
        <Panel />
      </main>
      <BottomBar />
      <Dialogs />
      <Ask />
      <Messages />
    </div>
  );
}
