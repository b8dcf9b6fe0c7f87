/**
 * What a linter sees better than the tidy test (tests/tidy/): promises nobody waits for, switches
 * that forget a case, imports that load what only types need.
 */
import tseslint from 'typescript-eslint';

const FORBIDDEN = [
  {
    selector: 'ExportDefaultDeclaration',
    message: 'Export by name: it is the same name wherever it is used.',
  },
  {
    selector:
      'ImportDeclaration[source.value=/^(node:)?events$/]:not([importKind="type"]) ImportSpecifier[imported.name="EventEmitter"]',
    message: 'Pass a function, or return a value: who hears an event must be readable.',
  },
  {
    selector: 'ClassDeclaration[superClass]:not([superClass.name=/Error$/])',
    message: 'Inherit from errors only; compose everything else.',
  },
  {
    selector: 'TSEnumDeclaration',
    message: 'Use a union of strings: types are stripped, enums are code.',
  },
];
const NO_LATE_IMPORT = {
  selector: ':function ImportExpression',
  message: 'Import at the top: order of loading must not become behaviour.',
};

export default tseslint.config(
  { ignores: ['node_modules/', 'dist/', 'data/', 'coverage/', '**/*.gen.ts'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['it', 'describe', 'test', 'suite'] },
          ],
        },
      ],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unnecessary-type-assertion': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
      ],
      'no-restricted-syntax': ['error', ...FORBIDDEN, NO_LATE_IMPORT],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-constant-binary-expression': 'error',
      'no-duplicate-imports': 'off',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      'no-proto': 'error',
      'no-self-compare': 'error',
      'no-template-curly-in-string': 'off',
      'no-unsafe-finally': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
    },
  },
  {
    // Heavy parts are loaded on first use: an SDK by its adapter, a command by its name.
    files: [
      'providers/*/**',
      'store/*/**',
      'queue/*/**',
      'webhooks/*/**',

      'main.ts',
      'cli/**/*.ts',
      'tests/**',
      '**/*.test.ts',
      'bench/**',
      'scripts/**',
    ],
    rules: { 'no-restricted-syntax': ['error', ...FORBIDDEN] },
  },
  {
    files: ['**/*.mjs', '**/*.js'],
    rules: { eqeqeq: 'error', 'no-var': 'error', 'prefer-const': 'error' },
  },
);
