using NGram.Data.Checks;

namespace NGram.Tests.Data.Checks;

[TestClass]
public sealed class RemainingTimeTests
{
    [TestMethod]
    public void What_is_left_takes_as_long_as_what_was_done()
    {
        var minute = TimeSpan.FromMinutes(1);
        Assert.AreEqual(TimeSpan.FromMinutes(3), RemainingTime.Of(minute, done: 1, all: 4));
        Assert.AreEqual(TimeSpan.Zero, RemainingTime.Of(minute, done: 4, all: 4));
        Assert.IsNull(RemainingTime.Of(minute, done: 0, all: 4), "nothing is known yet");
    }
}
