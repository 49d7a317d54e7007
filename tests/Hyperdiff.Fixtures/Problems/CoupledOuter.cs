using MathNet.Numerics.LinearAlgebra;

namespace Hyperdiff.Fixtures.Problems;

/// <summary>A random outer objective with direct, indirect and mixed terms, whose derivatives are known: <c>F = ½‖w − t‖² + 0.05‖λ‖² +
/// (u·w)(s·λ)</c>.</summary>
internal sealed class CoupledOuter
{
    // a pure function of its data, so that all problems of a shape share what is traced and compiled
    private static readonly ObjectiveForm<Tensor, Tensor, Tensor[]> s_form = new(
        "Outer", (w, h, d) => (0.5 * (w - d[0]).Square().Sum()) + (0.05 * h.Square().Sum()) + (d[1].MatMul(w) * d[2].MatMul(h)), Tree.Tensor, Tree.Tensor,
        Tree.Array(Tree.Tensor));

    private readonly Vector<double> _t;
    private readonly Vector<double> _u;
    private readonly Vector<double> _s;

    /// <summary>A random one, of these numbers of states and hyperparameters.</summary>
    public CoupledOuter(Random random, int states, int hypers)
    {
        _t = MatrixMaker.Gaussian(random, states);
        _u = MatrixMaker.Gaussian(random, states);
        _s = MatrixMaker.Gaussian(random, hypers);
        Objective = s_form.Bind([Dense.Of(_t), Dense.Of(_u), Dense.Of(_s)]);
    }

    /// <summary>F.</summary>
    public Objective<Tensor, Tensor> Objective { get; }

    /// <summary>How fast ∇_λF changes with w: ‖s uᵀ‖₂.</summary>
    public double HyperGradientLipschitz => _u.L2Norm() * _s.L2Norm();

    /// <summary>∇_wF.</summary>
    public Vector<double> StateGradient(Vector<double> w, Vector<double> hyper) => w - _t + (_u * (_s * hyper));

    /// <summary>∇_λF.</summary>
    public Vector<double> HyperGradient(Vector<double> w, Vector<double> hyper) => (0.1 * hyper) + (_s * (_u * w));
}
