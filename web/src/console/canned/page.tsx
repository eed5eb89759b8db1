import type { PageProps } from '../pages.ts';
import { AnswerForm } from './form.tsx';
import { AnswerList } from './list.tsx';

export default function CannedAnswers({ item, isNew }: PageProps) {
  return item === undefined && !isNew ? <AnswerList /> : <AnswerForm key={item ?? '+'} code={item} />;
}
