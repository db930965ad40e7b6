using System.Runtime.CompilerServices;
using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace NGram.ML.Estimators;

/// <summary>
/// The environment of a catalog of trainers, which ML.NET keeps to itself: its log is the one that the application reads.
/// </summary>
internal static class CatalogEnvironment
{
    /// <summary>
    /// The environment; a new one, without the application's log, where another version of ML.NET names it otherwise.
    /// </summary>
    public static IHostEnvironment Of(MulticlassClassificationCatalog.MulticlassClassificationTrainers trainers)
    {
        ArgumentNullException.ThrowIfNull(trainers);
        try
        {
            return Environment(Owner(trainers));
        }
        catch (MissingMethodException)
        {
            return new MLContext();
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Owner")]
    private static extern TrainCatalogBase Owner(TrainCatalogBase.CatalogInstantiatorBase trainers);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_Environment")]
    private static extern IHostEnvironment Environment(TrainCatalogBase catalog);
}
