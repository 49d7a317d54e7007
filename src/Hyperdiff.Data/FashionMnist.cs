namespace Hyperdiff.Data;

/// <summary>Images of articles of clothing, a drop-in for MNIST: 60,000 to train on and 10,000 to test by, 28 × 28 grey values, ten classes. Source: Xiao,
/// Rasul
/// and Vollgraf (2017), arXiv 1708.07747.</summary>
/// <remarks>The files are those of Debian's package <c>dataset-fashion-mnist</c>, or of any folder that holds the four under their usual names, compressed or
/// not. MNIST has files of the same names and form.</remarks>
public static class FashionMnist
{
    private const double White = 255;

    /// <summary>Where Debian's package puts the files.</summary>
    public const string DebianFolder = "/usr/share/datasets/fashion-mnist";

    private static readonly string[] s_files =
        ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"];

    private static readonly string[] s_classes =
        ["T-shirt/top", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"];

    /// <summary>Why the images cannot be loaded from a folder, in one sentence; null if all four files are there. Tests and examples skip with it.</summary>
    /// <param name="folder">The folder; <see cref="DebianFolder"/> if null.</param>
    public static string? Absence(string? folder = null)
    {
        string place = folder ?? DebianFolder;
        string[] missing = [.. s_files.Where(file => Find(place, file) is null)];
        return missing.Length == 0 ? null
            : $"{place} does not hold the files of Fashion-MNIST ({missing[0]}, or with .gz): "
                + "install Debian's package dataset-fashion-mnist, or name their folder";
    }

    /// <summary>Loads the images, <c>[n, 784]</c> from 0 to 1, row by row, and their classes, <c>int32 [n]</c>.</summary>
    /// <param name="folder">The folder; <see cref="DebianFolder"/> if null.</param>
    /// <param name="dtype">The type of the images: <c>float32</c>, 188 MB for all, or <c>float64</c>.</param>
    /// <exception cref="DataException">Files are missing or damaged, or do not belong to each other.</exception>
    public static (Dataset Train, Dataset Test) Load(string? folder = null, DType dtype = DType.Float32)
    {
        if (!dtype.IsFloating())
        {
            throw new DTypeMismatchException($"FashionMnist.Load: images are float32 or float64, not {dtype.Name()}.");
        }

        if (Absence(folder) is { } sentence)
        {
            throw new DataException(sentence);
        }

        string place = folder ?? DebianFolder;
        return (Part(place, s_files[0], s_files[1], dtype), Part(place, s_files[2], s_files[3], dtype));
    }

    private static Dataset Part(string folder, string images, string labels, DType dtype)
    {
        (string imageFile, string labelFile) = (Find(folder, images)!, Find(folder, labels)!);
        Tensor x = IdxFile.Read(imageFile, dtype), y = IdxFile.Read(labelFile);
        if (x.Rank != 3 || y.Rank != 1 || x.Shape[0] != y.Shape[0])
        {
            throw DataException.Of(imageFile, $"images {x.Shape} do not belong to the labels {y.Shape} of {labelFile}");
        }

        int bad = Array.FindIndex(y.ToArray<int>(), label => label < 0 || label >= s_classes.Length);
        return bad < 0
            ? new Dataset(x.Reshape([x.Shape[0], x.Shape[1] * x.Shape[2]]) / White, y) { Classes = [.. s_classes] }
            : throw DataException.Of(labelFile, $"label {bad} is none of the classes from 0 to {s_classes.Length - 1}");
    }

    private static string? Find(string folder, string name) => Array.Find([Path.Combine(folder, name), Path.Combine(folder, name + ".gz")], File.Exists);
}
