using Hyperdiff.Backends.Cpu.MatrixProducts;
using Hyperdiff.Backends.Cpu.Threads;

namespace Hyperdiff.Tests.Backends.Cpu.MatrixProducts;

public sealed class ProductShapeTests
{
    [Fact]
    public void Stacked_SharedRightOperand_BecomesOneTallerProduct()
    {
        ProductShape batch = ProductShape.Batch(7, 3, 4, 5) with { RightBatchStep = 0 };

        ProductShape stacked = batch.Stacked();

        Assert.Equal((21, 1), (stacked.Rows, stacked.BatchCount));
    }

    [Fact]
    public void Stacked_OtherBatches_StayAsTheyAre()
    {
        ProductShape batch = ProductShape.Batch(7, 3, 4, 5);
        foreach (ProductShape shape in new[]
        {
            batch,
            batch with { RightBatchStep = 0, LeftTransposed = true },
            batch with { RightBatchStep = 0, LeftBatchStep = 13 },
            batch with { RightBatchStep = 0, ResultBatchStep = 16 },
        })
        {
            Assert.Equal(shape, shape.Stacked());
        }
    }

    [Fact]
    public void EvenSplit_CoversTheLengthWithPartsThatDifferByAtMostOne()
    {
        foreach ((int length, int limit) in new[] { (1, 12), (12, 12), (13, 12), (100, 12), (int.MaxValue, 1000) })
        {
            EvenSplit split = EvenSplit.ByLimit(length, limit);

            Assert.Equal(0, split.Start(0));
            Assert.Equal(length, split.Start(split.Parts));
            Assert.InRange(split.Size(0), (length / split.Parts), Math.Min(limit, (length / split.Parts) + 1));
            Assert.InRange(split.Size(split.Parts - 1), (length / split.Parts), Math.Min(limit, (length / split.Parts) + 1));
        }
    }
}
