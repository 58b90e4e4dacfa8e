import { render } from 'preact';
import './styles/base.css';
import './styles/shell.css';
import './styles/controls.css';
import './styles/pages/work.css';
import './styles/pages/lists.css';
import './styles/pages/start.css';
import './styles/pages/gallery.css';
import './styles/pages/train.css';
import './styles/pages/canvas.css';
import './styles/pages/style.css';
import './styles/pages/space.css';
import './state/theme.ts';
import { Shell } from './shell.tsx';
import { openStudio } from './state/studio.ts';

const root = document.getElementById('page');
if (root) render(<Shell />, root);
void openStudio();
