import { plural } from '../../live/format.ts';
import { Icon } from '../../parts/icon.tsx';
import type { PatchFile } from './patch.ts';
import type { Viewed } from './use-looked.ts';

/** As git prints them. */
const LETTERS = { added: 'A', deleted: 'D', renamed: 'R', changed: 'M' } as const;

export function FileList({ files, viewed }: { files: readonly PatchFile[]; viewed: Viewed }) {
  const done = files.filter((file) => viewed.stateOf(file) === 'viewed').length;
  return (
    <nav class="diff-files" aria-label="Changed files">
      {done > 0 && (
        <p class="faint">
          {done} of {plural(files.length, 'file')} viewed
        </p>
      )}
      {files.map((file, at) => (
        <button
          key={file.path}
          type="button"
          class={viewed.stateOf(file) === 'viewed' ? 'viewed' : ''}
          title={file.path}
          onClick={() => document.getElementById(`file-${at}`)?.scrollIntoView({ block: 'start' })}
        >
          <span class={`change change-${file.change}`} title={file.change}>
            {LETTERS[file.change]}
          </span>
          <span class="path">
            <bdi>{file.path}</bdi>
          </span>
          {viewed.stateOf(file) === 'viewed' && <Icon name="check" size={12} />}
          <Counts file={file} />
        </button>
      ))}
    </nav>
  );
}

export function Counts({ file }: { file: PatchFile }) {
  if (file.binary) return <span class="faint">binary</span>;
  return (
    <span class="counts">
      {file.additions > 0 && <span class="add">+{file.additions}</span>}{' '}
      {file.deletions > 0 && <span class="del">−{file.deletions}</span>}
    </span>
  );
}
