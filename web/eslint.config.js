import tseslint from 'typescript-eslint';

export default tseslint.config({ ignores: ['dist', 'node_modules', 'test-results'] }, ...tseslint.configs.strict, {
  rules: { '@typescript-eslint/no-non-null-assertion': 'error', eqeqeq: 'error', 'no-console': 'error' },
});
