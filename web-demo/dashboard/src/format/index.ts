export * from './format';
export { locale } from './locale';
