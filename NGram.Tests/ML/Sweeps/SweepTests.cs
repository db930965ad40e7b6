using System.Text.Json.Nodes;
using NGram.Data.Checks;
using NGram.Data.Laws;
using NGram.ML.Experiments;
using NGram.ML.Models;
using NGram.ML.Sweeps;
using NGram.ML.Sweeps.Running;

namespace NGram.Tests.ML.Sweeps;

[TestClass]
public sealed class SweepTests
{
    [TestMethod]
    public void Trials_combine_the_axes_with_the_last_fastest_and_repeat_each_point()
    {
        var sweep = new Sweep
        {
            Name = "mine",
            Axes = [SweepAxis.Of("EmbeddingDimension", 3, 4), SweepAxis.Range("Heads", 1, 11, 5)],
            Derived = new Dictionary<string, string> { ["HeadDimension"] = "EmbeddingDimension" },
            Repetitions = 2,
        };

        var trials = sweep.Trials();

        Assert.AreSequenceEqual(
            ["3 3 1 1", "3 3 1 2", "3 3 6 1", "3 3 6 2", "3 3 11 1", "3 3 11 2",
                "4 4 1 1", "4 4 1 2", "4 4 6 1", "4 4 6 2", "4 4 11 1", "4 4 11 2"],
            trials.Select(trial => FormattableString.Invariant(
                $"{trial.Settings.Model.EmbeddingDimension} {trial.Settings.Model.HeadDimension} {trial.Settings.Model.Heads} ")
                + FormattableString.Invariant($"{trial.Repetition}")));
        Assert.AreEqual(12, trials.Select(trial => trial.Id).Distinct().Count());
        Assert.AreEqual(12, trials.Select(trial => trial.Settings.InitialSeed).Distinct().Count());
        // The same distribution and data for all.
        Assert.AreEqual(1, trials.Select(trial => trial.Settings.Resolve().DataSeed).Distinct().Count());
    }

    [TestMethod]
    public void A_trial_is_the_same_alone_and_in_a_larger_sweep()
    {
        var whole = Sweep.FromJson("""{"axes": {"Heads": [1, 2, 3]}, "repetitions": 4}""", "whole").Trials();
        var alone = Sweep.FromJson("""{"name": "other", "settings": {"Heads": 2}}""", "alone").Trials().Single();

        var same = whole.Single(trial => trial is { Settings.Model.Heads: 2, Repetition: 1 });

        Assert.AreEqual(same.Id, alone.Id);
        Assert.AreEqual(same.Settings.InitialSeed, alone.Settings.InitialSeed);
        // It names a file on disk, so another version must find it: SHA-256 of "model.heads=2\n#1".
        Assert.AreEqual("394c077495b5", alone.Id);
    }

    [TestMethod]
    public void Variables_drive_derived_settings()
    {
        var trials = SweepPresets.Get("exp5").Trials();

        var widths = trials.Where(trial => trial.Sweep == "exp5-mlp" && trial.Settings.Model.EmbeddingDimension == 10)
            .Select(trial => trial.Settings.Model.MlpWidth)
            .Distinct();

        Assert.AreSequenceEqual([0, 100, 200, 300, 400, 500, 600], widths);
    }

    [TestMethod]
    public void Laws_projections_and_lists_are_axes_too()
    {
        var trials = Sweep.FromJson(
            """
            {
              "settings": {"law": {"law": "power", "vocabularySize": 8, "alphas": [1, 1, 0.5]}},
              "axes": {"Law": ["power", "zipf"], "Projections": ["shared", "per-head"], "Supports": [[8, 8, 1], [8, 8, 8]]}
            }
            """,
            "mine").Trials();

        Assert.HasCount(8, trials);
        Assert.IsInstanceOfType<PowerLaw>(trials[0].Settings.Law);
        var zipf = Assert.IsInstanceOfType<ZipfLaw>(trials[7].Settings.Law);
        Assert.AreEqual(8, zipf.VocabularySize);
        Assert.AreSequenceEqual([1, 1, 0.5], zipf.Alphas!);
        Assert.AreSequenceEqual([8, 8, 8], zipf.Supports!);
        Assert.AreEqual(Projections.PerHead, trials[7].Settings.Model.Projections);
    }

    [TestMethod]
    public void Every_preset_survives_its_own_JSON()
    {
        foreach (string name in SweepPresets.Names)
        {
            var preset = SweepPresets.Get(name);
            var again = Sweep.FromJson(preset.ToJson(), name);

            Assert.AreEqual(preset.ToJson(), again.ToJson(), name);
            Assert.AreSequenceEqual(preset.Trials().Select(trial => trial.Id), again.Trials().Select(trial => trial.Id), name);
            foreach (var trial in preset.Trials().Where(trial => trial.Repetition == 1))
                trial.Settings.Resolve();
        }
    }

    [TestMethod]
    [DataRow("exp1", 385)]
    [DataRow("exp2", 50)]
    [DataRow("exp3", 55)]
    [DataRow("exp6", 120)]
    [DataRow("exp5-dim", 90)]
    [DataRow("exponents", 3 * 2 * 10 * 5 + 3 * 9 * 6 * 5)]
    public void Presets_have_the_papers_trials(string name, int trials) =>
        Assert.HasCount(trials, SweepPresets.Get(name).Trials());

    [TestMethod]
    public void The_paper_trains_the_same_trial_of_two_experiments_once()
    {
        var trials = SweepPresets.Get("paper").Trials();

        // Experiment 4 has those of experiment 1. One point is that of 2 and 3, of 1 dim and 2 dim, of 1 depth and 2 depth; one
        // head without an MLP is of 1 depth and 5 depth, for three dimensions.
        Assert.HasCount(385 + 50 + 55 + 385 + 210 + 120 + 90 + 55 + 90 + 90 + 50 + 90, trials);
        Assert.AreEqual(trials.Count - 385 - 3 * 5 - 3 * 5, trials.DistinctBy(trial => trial.Id).Count());
    }

    [TestMethod]
    public void The_schedule_of_the_presets_is_the_authors()
    {
        var training = SweepPresets.Get("exp1").Settings.Training;
        for (int epoch = 0; epoch < 64; epoch++)
            Assert.AreEqual(0.1 * (0.1 + (0.005 - 0.1) * epoch / 64), training.LearningRateOf(epoch), 1e-12);
        var mlp = SweepPresets.Get("exp5").Leaves.Last().Settings.Training;
        for (int epoch = 0; epoch < 64; epoch++)
            Assert.AreEqual(0.1 * (0.1 + (0.001 - 0.1) * epoch / 64), mlp.LearningRateOf(epoch), 1e-12);
    }

    [TestMethod]
    [DataRow("""{"settings": {"Haeds": 3}}""", "Haeds is not a setting")]
    [DataRow("""{"axes": {"Haeds": [3]}}""", "Haeds is not a setting")]
    [DataRow("""{"axis": {"Heads": [3]}}""", "axis is not a part of a sweep")]
    [DataRow("""{"axes": {"Heads": [3, 3]}}""", "Heads is 3, 3; it must be a list without a value twice")]
    [DataRow("""{"axes": {"Heads": {"from": 3, "to": 1}}}""", "Heads.Step is 1; it must be a number that leads from 3 to 1")]
    [DataRow("""{"axes": {"Heads": {"from": 3}}}""", "Heads is {\"from\":3}; it must be a list of values, or a range")]
    [DataRow("""{"axes": {"Heads": {"from": 1, "to": 3, "stpe": 2}}}""", "it must be a list of values, or a range with")]
    [DataRow("""{"axes": {"Heads": {"from": 1, "to": 1000000}}}""", "leads from 1 to 1000000 in at most 10000 values")]
    [DataRow("""{"axes": {"LearningRate": {"from": 1e30, "to": 2e30}}}""", "it must be from -1E+27 to 1E+27")]
    [DataRow("""{"axes": {"LearningRate": [0.1, 1e-1]}}""", "it must be a list without a value twice")]
    [DataRow("""{"axes": {"Heads": [1], "Model.Heads": [2]}}""", "Model.Heads is an axis twice")]
    [DataRow("""{"axes": {"Heads": []}}""", "Heads.Count is 0; it must be from 1 to 10000")]
    [DataRow("""{"axes": {"Heads": [null]}}""", "Heads is null; it must be a whole number")]
    [DataRow("""{"axes": 3}""", "mine.json: axes is 3; it must be an object of names and values")]
    [DataRow("""{"settings": {"Model": {"haeds": 3}}}""", "Model.haeds is not a setting")]
    [DataRow("""{"name": 3}""", "mine.json: name is 3; it must be a text")]
    [DataRow("""{"name": "../mine"}""", "name is '../mine'; it must be of letters, digits, spaces and -_.")]
    [DataRow("""{"name": "a", "name": "b"}""", "mine.json does not hold a sweep: Duplicate property")]
    [DataRow("""{"repetitions": 1.5}""", "mine.json: repetitions is 1.5; it must be a whole number")]
    [DataRow("""{"repetitions": 2147483647}""", "has 2,147,483,647 trials, the axes' values times the repetitions")]
    [DataRow("""{"derived": {"Heads": 3}}""", "mine.json: Heads is 3; it must be a formula, in quotes")]
    [DataRow("""{"derived": {"Heads": "Heads + 1"}}""", "Heads is derived from Heads; it must be derived from what")]
    [DataRow(
        """{"derived": {"HeadDimension": "EmbeddingDimension", "EmbeddingDimension": "2 * HeadDimension"}}""",
        "HeadDimension is derived from EmbeddingDimension, which is derived after it")]
    [DataRow("""{"derived": {"Heads": "1 / 0"}}""", "'1 / 0' is Infinity; it must be a number that is finite")]
    [DataRow("""{"best": {"by": "Bits"}}""", "best is {\"by\":\"Bits\"}; it must be an object of axis, by, as")]
    [DataRow("""{"fit": {"x": "Haeds"}}""", "Haeds, against which is fitted, is not an axis or a result")]
    [DataRow("""{"axes": {"Heads": [1, 2]}, "fit": {"x": "Heads", "power": 4}}""", "power is 4; it must be 1, 2 or 3")]
    [DataRow("""{"against": "Haeds"}""", "Haeds in 'Haeds' is not a number")]
    [DataRow("""{"table": {"name": "Data_{Haeds}"}}""", "{Haeds} in the table's name is not a setting")]
    [DataRow("""{"table": {"name": "../Data"}}""", "the table's name is '../Data'; it must be of letters")]
    [DataRow("""{"parts": "exp6"}""", "mine.json: parts is exp6; it must be a list of sweeps and of names of presets")]
    [DataRow("""{"parts": []}""", "it must be a list of sweeps and of names of presets")]
    [DataRow("""{"parts": ["exp6", "exp6"]}""", "2 parts are called exp6; each must have its own")]
    [DataRow("""{"derived": {"Heads": "2 * ("}}""", "it ends too early")]
    [DataRow("""{"repetitions": 0}""", "Repetitions is 0; it must be at least 1")]
    [DataRow("""{"settings": {"Heads": "many"}}""", "Heads is many; it must be a whole number below 2147483648")]
    [DataRow("""{"axes": {"Heads": [1, "many"]}}""", "Heads is many; it must be a whole number below 2147483648")]
    [DataRow("""{"settings": {"Projections": "mine"}}""", "Projections is mine; it must be shared or per-head")]
    [DataRow("""{"settings": {"Alphas": 1}}""", "Alphas is 1; it must be a list, such as [1, 0.5]")]
    [DataRow("""{"settings": {"Model": 3}}""", "Model is 3; it must be a record of settings")]
    [DataRow("""[]""", "it must be a JSON object")]
    [DataRow("""{"parts": ["exp0"]}""", "Preset is exp0; it must be capacity, exp1, ")]
    public void What_is_wrong_with_a_file_is_said(string json, string expected)
    {
        var exception = Assert.ThrowsExactly<InvalidDataException>(() => Sweep.FromJson(json, "mine.json").Trials());

        Assert.Contains(expected, exception.Message);
    }

    [TestMethod]
    public void A_formula_of_many_parentheses_is_refused_before_it_takes_the_stack()
    {
        string formula = new string('(', 20_000) + "1" + new string(')', 20_000);

        var exception = Assert.ThrowsExactly<InvalidDataException>(
            () => Sweep.FromJson($$$"""{"derived": {"Heads": "{{{formula}}}"}}""", "mine"));

        Assert.Contains("it is longer than 1000 characters", exception.Message);
    }

    [TestMethod]
    public void The_exact_objective_takes_every_prompt_once_an_epoch()
    {
        var sweep = Sweep.FromJson("""{"settings": {"Objective": "exact", "BatchSize": 1000, "Epochs": 7}}""", "mine");

        // 2,500 prompts of 50 tokens in three batches.
        Assert.AreEqual(3 * 7, TrialWork.Of(sweep.Trials()[0].Settings).Steps);
    }

    [TestMethod]
    public void A_record_of_settings_changes_what_it_says()
    {
        var trials = Sweep.FromJson(
            """{"settings": {"HeadDimension": 7}, "axes": {"Model": [{"heads": 2}, {"heads": 3, "layers": 2}]}}""",
            "mine").Trials();

        Assert.AreSequenceEqual(
            ["7 2 1", "7 3 2"],
            trials.Select(trial => trial.Settings.Model).Select(model => $"{model.HeadDimension} {model.Heads} {model.Layers}"));
    }

    [TestMethod]
    public void A_set_axis_keeps_the_name_that_fits_and_tables_know_it_by() =>
        Assert.AreEqual("Heads", SweepPresets.Get("exp6").Set("Model.Heads", "1,2").Axes.Single().Setting);

    [TestMethod]
    public void An_axis_that_is_derived_too_is_refused()
    {
        var sweep = Sweep.FromJson("""{"axes": {"Heads": [1, 2]}, "derived": {"Heads": "EmbeddingDimension"}}""", "mine");

        Assert.Contains("Heads is an axis and derived", Assert.ThrowsExactly<InvalidDataException>(() => sweep.Trials()).Message);
    }

    [TestMethod]
    public void Ranges_are_free_of_rounding() =>
        Assert.AreSequenceEqual(["0.1", "0.2", "0.3"], SweepAxis.Range("Epsilon", 0.1, 0.3, 0.1).Values);

    [TestMethod]
    public void The_schema_knows_the_settings()
    {
        var schema = JsonNode.Parse(Sweep.JsonSchema())!;

        Assert.IsNotNull(schema["$id"]);
        var settings = schema["properties"]!["settings"]!["properties"]!.AsObject();
        Assert.AreEqual("integer", settings["Heads"]!["type"]!.GetValue<string>());
        Assert.IsTrue(settings.ContainsKey("Importance"));
        Assert.IsTrue(settings.ContainsKey("Baseline.LearningRate"));
    }

    [TestMethod]
    public void A_set_value_takes_the_place_of_an_axis_a_value_or_a_formula()
    {
        var sweep = SweepPresets.Get("exp1").Set("heads", "2,4").Set("HeadDimension", "7").Set("Training.LearningRate", "0.5");

        Assert.AreSequenceEqual([2, 4], sweep.Trials().Select(trial => trial.Settings.Model.Heads).Distinct());
        Assert.IsTrue(sweep.Trials().All(trial => trial.Settings is
        {
            Model.HeadDimension: 7,
            Training.LearningRate: 0.5,
        }));
    }

    [TestMethod]
    public void A_scale_rounds_the_epochs_up() =>
        Assert.AreEqual(7, SweepPresets.Get("exp6").Scale(0.1).Settings.Training.Epochs);

    [TestMethod]
    public void A_baseline_has_its_defaults_and_what_is_said()
    {
        var settings = Sweep.FromJson("""{"settings": {"Baseline.Epochs": 2}}""", "mine").Settings;

        Assert.AreEqual(new BaselineSettings { Epochs = 2 }, settings.Baseline);
        Assert.IsNull(Sweep.FromJson("{}", "mine").Settings.Baseline);
        Assert.AreEqual(new BaselineSettings(), Sweep.FromJson("""{"settings": {"baseline": {}}}""", "mine").Settings.Baseline);
    }

    [TestMethod]
    public void A_range_that_leads_nowhere_is_an_error() =>
        Assert.ThrowsExactly<OptionException>(() => SweepAxis.Range("Heads", 1, 10, 0));
}
