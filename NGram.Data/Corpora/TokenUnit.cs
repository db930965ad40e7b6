namespace NGram.Data.Corpora;

/// <summary>What a token of a text is.</summary>
public enum TokenUnit
{
    /// <summary>A run of letters, digits and underscores, apostrophes between them included; every other character but white space is a token too.</summary>
    Word,

    /// <summary>A Unicode character, white space included.</summary>
    Character,

    /// <summary>A byte, written as two hexadecimal digits; the files need not be text.</summary>
    Byte,
}
