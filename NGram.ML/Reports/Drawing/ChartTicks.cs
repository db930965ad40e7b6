using System.Globalization;

namespace NGram.ML.Reports.Drawing;

/// <summary>Where an axis has its numbers.</summary>
internal static class ChartTicks
{
    private static readonly double[] Steps = [1, 2, 5, 10];

    /// <summary>Multiples of 1, 2 or 5 times a power of ten within two numbers, no more than so many.</summary>
    public static IReadOnlyList<double> Between(double from, double to, int most)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10((to - from) / most)));
        double step = power * Steps.First(factor => (to - from) / (power * factor) <= most);
        long first = (long)Math.Ceiling(from / step - 1e-9), last = (long)Math.Floor(to / step + 1e-9);
        // Multiples of a fraction would show its rounding.
        return [.. Enumerable.Range(0, (int)(last - first + 1)).Select(i => Math.Round((first + i) * step, 12))];
    }

    /// <summary>1, 2 and 5 times the powers of ten within two positive numbers: those of a logarithmic axis.</summary>
    public static IReadOnlyList<double> Decades(double from, double to)
    {
        int first = (int)Math.Floor(Math.Log10(from)), last = (int)Math.Floor(Math.Log10(to));
        return
        [
            .. Enumerable.Range(first, last - first + 1)
                .SelectMany(power => Steps.SkipLast(1).Select(step => Math.Round(step * Math.Pow(10, power), 12)))
                .Where(tick => tick >= from && tick <= to),
        ];
    }

    /// <summary>The numbers themselves, every second, third, ... of them where they are more than so many.</summary>
    public static IEnumerable<double> Of(IReadOnlyList<double> numbers, int most)
    {
        int step = (numbers.Count + most - 1) / most;
        return numbers.Where((_, i) => i % step == 0);
    }

    /// <summary>A number as an axis has it.</summary>
    public static string Text(double value) => value.ToString("#,0.######", CultureInfo.InvariantCulture);
}
