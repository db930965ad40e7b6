using System.Text.Json.Serialization;

namespace NGram.Data.Text;

/// <summary>What a token of a text is.</summary>
public enum TokenUnit
{
    /// <summary>
    /// A run of letters, digits and underscores, apostrophes between them included; every other character but white space is a
    /// token too.
    /// </summary>
    [JsonStringEnumMemberName("word")]
    Word,

    /// <summary>A Unicode character, white space included.</summary>
    [JsonStringEnumMemberName("character")]
    Character,

    /// <summary>A byte, written as two hexadecimal digits; the files need not be text.</summary>
    [JsonStringEnumMemberName("byte")]
    Byte,
}
