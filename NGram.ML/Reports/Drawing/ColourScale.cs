namespace NGram.ML.Reports.Drawing;

/// <summary>Colours of numbers from 0 to 1.</summary>
internal sealed class ColourScale
{
    /// <summary>
    /// Viridis (van der Walt and Smith 2015), which grows evenly lighter: it is read in grey and by colour-blind people.
    /// </summary>
    public static readonly ColourScale Viridis = new(
        (68, 1, 84), (72, 40, 120), (62, 74, 137), (49, 104, 142), (38, 130, 142), (31, 158, 137), (53, 183, 121),
        (110, 206, 88), (181, 222, 43), (253, 231, 37));

    /// <summary>Of signed numbers, whose zero is at a half: blue, white, red (Brewer's RdBu).</summary>
    public static readonly ColourScale Signed = new(
        (33, 102, 172), (67, 147, 195), (146, 197, 222), (209, 229, 240), (247, 247, 247), (253, 219, 199), (244, 165, 130),
        (214, 96, 77), (178, 24, 43));

    private readonly (int Red, int Green, int Blue)[] stops;

    private ColourScale(params (int Red, int Green, int Blue)[] stops) => this.stops = stops;

    /// <summary>The colour of a number; those beyond the ends have the ends' colours.</summary>
    public (byte Red, byte Green, byte Blue) Of(double value)
    {
        double place = Math.Clamp(value, 0, 1) * (stops.Length - 1);
        int below = Math.Min((int)place, stops.Length - 2);
        byte Mix(int a, int b) => (byte)Math.Round(a + (place - below) * (b - a));
        var (low, high) = (stops[below], stops[below + 1]);
        return (Mix(low.Red, high.Red), Mix(low.Green, high.Green), Mix(low.Blue, high.Blue));
    }

    /// <summary>The colour as SVG has it.</summary>
    public string Text(double value)
    {
        var (red, green, blue) = Of(value);
        return FormattableString.Invariant($"#{red:x2}{green:x2}{blue:x2}");
    }
}
