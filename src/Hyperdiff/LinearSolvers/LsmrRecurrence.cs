namespace Hyperdiff;

/// <summary>The scalars of LSMR: two QR factorizations of the bidiagonal matrix, updated by rotations, and the norms of the residuals that follow from
/// them.</summary>
/// <remarks>Source: Fong and Saunders (2011), "LSMR: an iterative algorithm for sparse least-squares problems", doi:10.1137/10079687X, section 2.8 (the
/// iterate) and 5.1 (the norms), without damping.</remarks>
internal sealed class LsmrRecurrence
{
    private double _alphaBar;
    private double _zetaBar;
    private double _rho = 1;
    private double _rhoBar = 1;
    private double _cosineBar = 1;
    private double _sineBar;
    private double _zeta;
    private double _betaDouble;
    private double _betaSingle;
    private double _rhoTilde = 1;
    private double _tauTilde;
    private double _thetaTilde;
    private double _squares;

    public LsmrRecurrence(double alpha, double beta) =>
        (_alphaBar, _zetaBar, _betaDouble, _squares, NormalResidual) = (alpha, alpha * beta, beta, alpha * alpha, alpha * beta);

    /// <summary>‖r‖.</summary>
    public double Residual { get; private set; }

    /// <summary>‖Aᵀ r‖.</summary>
    public double NormalResidual { get; private set; }

    /// <summary>An estimate of the Frobenius norm of A.</summary>
    public double MatrixNorm => Math.Sqrt(_squares);

    /// <summary>Whether the next direction would be divided by zero: A is singular along it.</summary>
    public bool IsSingular { get; private set; }

    /// <summary>The coefficients of <c>h̄ ← h − a h̄, x ← x + b h̄, h ← v − c h</c> after the bidiagonalization has given α and β.</summary>
    public (double A, double B, double C) Next(double alpha, double beta)
    {
        _squares += (beta * beta) + (alpha * alpha);
        double previousRho = _rho;
        (double cosine, double sine) = Rotation(_alphaBar, beta, out _rho);
        double theta = sine * alpha;
        _alphaBar = cosine * alpha;
        double previousRhoBar = _rhoBar;
        double previousZeta = _zeta;
        double thetaBar = _sineBar * _rho;
        (_cosineBar, _sineBar) = Rotation(_cosineBar * _rho, theta, out _rhoBar);
        _zeta = _cosineBar * _zetaBar;
        _zetaBar *= -_sineBar;
        IsSingular = _rho * _rhoBar == 0;
        NormalResidual = Math.Abs(_zetaBar);
        UpdateResidual(cosine, sine, thetaBar, previousZeta);
        return IsSingular ? default : (thetaBar * _rho / (previousRho * previousRhoBar), _zeta / (_rho * _rhoBar), theta / _rho);
    }

    private void UpdateResidual(double cosine, double sine, double thetaBar, double previousZeta)
    {
        double betaHat = cosine * _betaDouble;
        _betaDouble *= -sine;
        double previousThetaTilde = _thetaTilde;
        (double cosineTilde, double sineTilde) = Rotation(_rhoTilde, thetaBar, out double rhoTilde);
        _thetaTilde = sineTilde * _rhoBar;
        _rhoTilde = cosineTilde * _rhoBar;
        _betaSingle = (-sineTilde * _betaSingle) + (cosineTilde * betaHat);
        _tauTilde = (previousZeta - (previousThetaTilde * _tauTilde)) / rhoTilde;
        double tau = (_zeta - (_thetaTilde * _tauTilde)) / _rhoTilde;
        Residual = double.Hypot(_betaSingle - tau, _betaDouble);
    }

    private static (double Cosine, double Sine) Rotation(double a, double b, out double r)
    {
        r = double.Hypot(a, b);
        return r == 0 ? (1, 0) : (a / r, b / r);
    }
}
