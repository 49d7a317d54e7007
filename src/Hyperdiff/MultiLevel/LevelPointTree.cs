namespace Hyperdiff;

/// <summary>The parameters of several problems as one structure, in the order of the problems.</summary>
internal sealed class LevelPointTree(MultiLevel problems) : Tree<LevelPoint>
{
    public override void Flatten(LevelPoint value, LeafWriter writer)
    {
        foreach (Level level in problems.Levels)
        {
            level.Flatten(value, writer);
        }
    }

    public override LevelPoint Rebuild(LevelPoint prototype, LeafReader reader) =>
        problems.Levels.Aggregate(prototype, (point, level) => level.Rebuild(point, reader));
}
