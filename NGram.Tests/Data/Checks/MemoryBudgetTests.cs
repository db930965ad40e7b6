using NGram.Data.Checks;

namespace NGram.Tests.Data.Checks;

[TestClass]
public sealed class MemoryBudgetTests
{
    [TestMethod]
    public void Memory_that_ran_out_is_known_whatever_a_library_made_of_it()
    {
        var memory = new InsufficientMemoryException(); // an OutOfMemoryException
        Assert.IsTrue(MemoryBudget.RanOut(memory));
        Assert.IsTrue(MemoryBudget.RanOut(new TypeInitializationException("A.Library", memory)));
        Assert.IsTrue(MemoryBudget.RanOut(new AggregateException(new IOException(), new InvalidOperationException("", memory))));
        Assert.IsTrue(MemoryBudget.RanOut(new DllNotFoundException("libA.so: failed to map segment from shared object")));
        Assert.IsFalse(MemoryBudget.RanOut(new TypeInitializationException("A.Library", new IOException())));
        Assert.IsFalse(MemoryBudget.RanOut(null));
    }
}
