using NGram.Data.IO;

namespace NGram.Tests.Data.IO;

[TestClass]
public sealed class WriteFaultTests
{
    [TestMethod]
    public void A_fault_that_a_library_wraps_is_told_of_the_file_that_it_wrote()
    {
        var full = new IOException("No space left on device : '/elsewhere/part'");
        var wrapped = new InvalidOperationException("Exception thrown in writing", full);

        Assert.AreEqual("model.zip: No space left on device", WriteFault.Of("model.zip", wrapped)?.Message);
        Assert.AreEqual("model.zip: No space left on device", WriteFault.Of("model.zip", full)?.Message);
        Assert.AreEqual(full.Message, WriteFault.Of("/elsewhere/part", wrapped)?.Message);
        Assert.IsNull(WriteFault.Of("model.zip", new InvalidOperationException("another", new FormatException())));
    }
}
