namespace NGram.ML.Estimators;

/// <summary>
/// What the data fixes of a module, which maps tokens, int64 [B, ContextLength], to logits [B, ContextLength, VocabularySize].
/// </summary>
/// <param name="VocabularySize">N: the tokens are the ids 0 to N - 1.</param>
/// <param name="ContextLength">S: tokens that the module sees of a row.</param>
public sealed record ModuleShape(int VocabularySize, int ContextLength);
