/** All keyboard shortcuts, and the switch for those of a single key. */
import { useState } from 'react';
import { CenterDialog, DialogHead } from '#web/parts/modal.tsx';
import { areShortcutsOn, switchShortcuts } from './shortcuts.ts';
import '#web/styles/sheet.css';

/** Keys pressed together stand in one list; `then` separates keys pressed one after the other. */
const groups: readonly { title: string; keys: readonly (readonly [what: string, keys: readonly string[]])[] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['This list', ['?']],
      ['Close, go back', ['Esc']],
      ['Switch company', ['Ctrl', 'Shift', 'O']],
      ['Find a document', ['Ctrl', 'K']],
    ],
  },
  {
    title: 'Go to',
    keys: [
      ['Purchase Orders', ['G', 'then', 'P']],
      ['Inventory', ['G', 'then', 'I']],
      ['Export History', ['G', 'then', 'E']],
      ['Verify a file', ['G', 'then', 'V']],
    ],
  },
  {
    title: 'Export History',
    keys: [
      ['Next, previous row', ['J', 'K']],
      ['Select', ['X']],
      ['Select as far as here', ['Shift', 'X']],
      ['Details', ['Enter']],
      ['Download', ['D']],
      ['Run again', ['R']],
      ['Copy link', ['C']],
      ['New export', ['N']],
      ['Filters', ['F']],
      ['Refresh', ['Shift', 'R']],
    ],
  },
];

export default function ShortcutList({ onClose }: { onClose: () => void }) {
  const [isOn, setOn] = useState(areShortcutsOn);
  return (
    <CenterDialog isOpen onClose={onClose}>
      <DialogHead title="Keyboard shortcuts" onClose={onClose} />
      <div className="dlg-b">
        <div className="short-cols">
          {groups.map((group) => (
            <section key={group.title}>
              <h3 className="h4">{group.title}</h3>
              <dl>
                {group.keys.map(([what, keys]) => (
                  <div key={what}>
                    <dt>{what}</dt>
                    <dd>{keys.map((key) => (key === 'then' ? ' then ' : <kbd key={key}>{key}</kbd>))}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
      <div className="dlg-f">
        <label className="opt-row grow">
          <input
            type="checkbox"
            checked={isOn}
            onChange={({ target }) => {
              switchShortcuts(target.checked);
              setOn(target.checked);
            }}
          />
          <span>
            Single-key shortcuts<span className="sub">Off leaves only those with Ctrl</span>
          </span>
        </label>
        <button type="button" className="btn" onClick={onClose}>
          Close
        </button>
      </div>
    </CenterDialog>
  );
}
