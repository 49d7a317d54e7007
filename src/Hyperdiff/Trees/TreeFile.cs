namespace Hyperdiff;

/// <summary>Saves and loads structures of tensors: weights, hyperparameters, anything with a tree.</summary>
/// <remarks>
/// A file is an <c>.npz</c> archive that NumPy reads too, with an array per leaf under its name, and a header in JSON. It is written beside the one that it
/// replaces, which survives if writing fails or is interrupted; every array is read against its check sum.
/// </remarks>
public static class TreeFile
{
    private const string Kind = "a saved structure";
    private const string Section = "structure";

    /// <summary>Saves a structure.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <param name="value">The structure.</param>
    /// <param name="tree">How it is made of tensors; looked up by type if absent.</param>
    /// <exception cref="IOException">The file cannot be written; an old one is as it was.</exception>
    public static void Save<T>(string path, T value, Tree<T>? tree = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var archive = new StructureArchive(Kind);
        archive.Add(Section, new FlatTree<T>(tree ?? Tree.Of<T>(), value, nameof(value)));
        archive.Save(path);
    }

    /// <summary>Loads a structure.</summary>
    /// <param name="path">The file.</param>
    /// <param name="like">A structure with the same static members, lengths, and types of leaves; its numbers do not matter.</param>
    /// <param name="tree">How it is made of tensors; looked up by type if absent.</param>
    /// <exception cref="InvalidDataException">The file is damaged, or something else.</exception>
    /// <exception cref="ArgumentException">It is of another structure; the difference is named.</exception>
    public static T Load<T>(string path, T like, Tree<T>? tree = null) =>
        ((FlatTree<T>)StructureArchive.Open(path, Kind).Tree(Section, new FlatTree<T>(tree ?? Tree.Of<T>(), like, "value"))).Value;
}
