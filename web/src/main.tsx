import { render } from 'preact';
import './styles/base.css';
import './styles/shell.css';
import './styles/controls.css';
import './styles/pages.css';
import './state/theme.ts';
import { Shell } from './shell.tsx';
import { openStudio } from './state/studio.ts';

const root = document.getElementById('page');
if (root) render(<Shell />, root);
void openStudio();
