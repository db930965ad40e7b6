using NGram.Data.Checks;
using NGram.ML.Shards;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Running;

namespace NGram.Tests.ML.Shards;

[TestClass]
public sealed class WorkShardTests
{
    [TestMethod]
    [DataRow("2/3", "", 2, 3)]
    [DataRow("auto", "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_COUNT=4", 3, 4)]
    [DataRow("auto/8", "JOB_COMPLETION_INDEX=0", 1, 8)]
    [DataRow("auto/8", "HQ_TASK_ID=7", 8, 8)]
    [DataRow("auto/2", "PBS_ARRAY_INDEX=1", 2, 2)]
    [DataRow("auto", "SGE_TASK_ID=3 SGE_TASK_LAST=5", 3, 5)]
    [DataRow("auto", "AWS_BATCH_JOB_ARRAY_INDEX=1 AWS_BATCH_JOB_ARRAY_SIZE=2", 2, 2)]
    public void A_shard_is_said_or_told_by_the_scheduler(string text, string environment, int index, int count) =>
        Assert.AreEqual(new WorkShard(index, count), WorkShard.Parse(text, Of(environment)));

    [TestMethod]
    [DataRow("0/3", "")]
    [DataRow("4/3", "")]
    [DataRow("1/0", "")]
    [DataRow("one", "")]
    [DataRow("99999999999/3", "")]
    [DataRow("auto", "")]
    [DataRow("auto", "JOB_COMPLETION_INDEX=0")]
    [DataRow("auto/2", "JOB_COMPLETION_INDEX=2")]
    [DataRow("auto/3", "SGE_TASK_ID=undefined")]
    public void What_is_not_a_shard_is_an_error(string text, string environment) =>
        Assert.ThrowsExactly<OptionException>(() => WorkShard.Parse(text, Of(environment)));

    [TestMethod]
    public void Shards_have_each_trial_once_and_about_the_same_work()
    {
        var trials = SweepPresets.Get("exp1").Trials();
        var shards = Enumerable.Range(1, 3)
            .Select(i => new SweepRunOptions { Shard = new(i, 3) }.Select(trials))
            .ToList();

        Assert.AreSequenceEqual(
            trials.Select(trial => trial.Id).Order(),
            shards.SelectMany(shard => shard).Select(line => line.Trials.Single().Id).Order());
        double[] works = [.. shards.Select(shard => shard.Sum(line => TrialWork.Of(line.Trials[0].Settings).Weight))];
        Assert.IsLessThan(1.05, works.Max() / works.Min());
    }

    [TestMethod]
    public void Every_second_round_is_dealt_backwards() => Assert.AreSequenceEqual(
        ["9 4 3", "8 5 2", "7 6 1"],
        Enumerable.Range(1, 3).Select(i => string.Join(' ', new WorkShard(i, 3).Of([9, 8, 7, 6, 5, 4, 3, 2, 1]))));

    private static Func<string, string?> Of(string environment) => name => environment
        .Split(' ')
        .Select(pair => pair.Split('='))
        .FirstOrDefault(pair => pair[0] == name)?[1];
}
