import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Model } from '../live/model.ts';

export const ModelContext = createContext<Model | null>(null);

export function useModel(): Model {
  const model = useContext(ModelContext);
  if (!model) throw new Error('a component was rendered outside ModelContext');
  return model;
}
