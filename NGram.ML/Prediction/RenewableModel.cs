using NGram.ML.Models;

namespace NGram.ML.Prediction;

/// <summary>
/// A TorchSharp module that is made when a call needs it and freed between calls, never during one: whoever frees it, other
/// threads' calls go on, and the next call has another.
/// </summary>
/// <param name="create">Makes one.</param>
/// <param name="owns">Whether it is to be freed.</param>
internal sealed class RenewableModel(Func<NextTokenModel> create, bool owns = true)
{
    private readonly Lock key = new();
    private Held? held;

    /// <summary>The module, which stays until the lease is given back.</summary>
    public Lease Acquire()
    {
        lock (key)
        {
            held ??= new Held(create());
            held.Users++;
            return new Lease(this, held);
        }
    }

    /// <summary>Frees the module, once no call uses it.</summary>
    public void Free()
    {
        lock (key)
        {
            if (held is null)
                return;
            held.IsFreed = true;
            DisposeUnused(held);
            held = null;
        }
    }

    private void Release(Held used)
    {
        lock (key)
        {
            used.Users--;
            DisposeUnused(used);
        }
    }

    private void DisposeUnused(Held candidate)
    {
        if (owns && candidate.IsFreed && candidate.Users == 0)
            candidate.Model.Dispose();
    }

    /// <summary>The use of the module by one call.</summary>
    public readonly ref struct Lease
    {
        private readonly RenewableModel owner;
        private readonly Held held;

        internal Lease(RenewableModel owner, Held held) => (this.owner, this.held) = (owner, held);

        /// <summary>The module.</summary>
        public NextTokenModel Model => held.Model;

        /// <summary>Gives it back.</summary>
        public void Dispose() => owner.Release(held);
    }

    internal sealed class Held(NextTokenModel model)
    {
        public NextTokenModel Model { get; } = model;

        public int Users { get; set; }

        public bool IsFreed { get; set; }
    }
}
