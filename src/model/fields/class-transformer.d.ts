// The parts of class-transformer that its index does not export, or would load with all of its decorators.
declare module '#class-transformer/storage.js' {
  export const defaultMetadataStorage: import('class-transformer/types/MetadataStorage.js').MetadataStorage;
}

declare module '#class-transformer/constants/default-options.constant.js' {
  export const defaultOptions: Partial<import('class-transformer').ClassTransformOptions>;
}

declare module '#class-transformer/TransformOperationExecutor.js' {
  import type { ClassTransformOptions, TransformationType } from 'class-transformer';

  export class TransformOperationExecutor {
    transformationType: TransformationType;
    options: ClassTransformOptions;
    constructor(transformationType: TransformationType, options: ClassTransformOptions);
    transform(source: unknown, value: unknown, targetType: unknown, arrayType?: unknown, isMap?: boolean, level?: number): unknown;
    getKeys(target: unknown, object: object, isMap: boolean): string[];
    applyCustomTransformations(value: unknown, target: unknown, key: string, obj: unknown, type: TransformationType): unknown;
    checkVersion(since: number | undefined, until: number | undefined): boolean;
    checkGroups(groups: readonly string[] | undefined): boolean;
  }
}

declare module '#class-transformer/enums/transformation-type.enum.js' {
  export { TransformationType } from 'class-transformer';
}
