using NGram.ML.Sweeps.Values;

namespace NGram.Tests.ML.Sweeps;

[TestClass]
public sealed class FormulaTests
{
    [TestMethod]
    [DataRow("2 * d * (h - 1)", 100)]
    [DataRow("1 + 2 * 3 - 4 / 2", 5)]
    [DataRow("8 / 2 / 2", 2)]
    [DataRow("-(d - 12)", 2)]
    [DataRow("min(d, h) + max(d, h)", 16)]
    [DataRow("2.5*d", 25)]
    public void A_formula_is_arithmetic(string formula, double expected) =>
        Assert.AreEqual(expected, Formula.Evaluate(formula, name => name == "d" ? 10 : 6), 1e-12);

    [TestMethod]
    [DataRow("")]
    [DataRow("2 *")]
    [DataRow("(2")]
    [DataRow("2 2")]
    [DataRow("2 ** 3")]
    [DataRow("min(2)")]
    [DataRow("1.2.3")]
    public void What_is_not_a_formula_is_an_error(string formula) =>
        Assert.ThrowsExactly<FormatException>(() => Formula.Evaluate(formula, _ => 1));

    [TestMethod]
    public void Names_are_found() => Assert.AreSequenceEqual(["d", "h.x"], Formula.Names("2 * d + h.x"));
}
