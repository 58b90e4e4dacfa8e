// A button with a sign and words; where room is short the words are read out only.
import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon.tsx';

interface Props {
  icon?: IconName;
  label: string;
  onPress: () => void;
  kind?: 'plain' | 'main' | 'quiet';
  compact?: boolean; // the sign alone
  pressed?: boolean;
  disabled?: boolean;
  children?: ComponentChildren;
}

export function Button({
  icon,
  label,
  onPress,
  kind = 'plain',
  compact = false,
  pressed,
  disabled = false,
  children,
}: Props) {
  return (
    <button
      type="button"
      class={`button ${kind}${compact ? ' compact' : ''}`}
      aria-label={compact ? label : undefined}
      title={compact ? label : undefined}
      aria-pressed={pressed}
      disabled={disabled}
      onClick={onPress}
    >
      {icon && <Icon name={icon} />}
      {!compact && <span>{label}</span>}
      {children}
    </button>
  );
}
