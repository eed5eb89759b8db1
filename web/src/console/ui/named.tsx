import css from './ui.module.css';

/** A name for people, and beneath it the code by which programs know the thing. */
export const Named = ({ name, code }: { name: string; code: string }) => (
  <span className={css.named}>
    <span>
      <bdi>{name}</bdi>
    </span>
    {code !== name && (
      <small>
        <bdi dir="ltr">{code}</bdi>
      </small>
    )}
  </span>
);
