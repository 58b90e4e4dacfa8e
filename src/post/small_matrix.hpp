// 3 x 3 symmetric linear algebra for colour statistics: Cholesky factor and functions of a symmetric matrix through
// its eigenvectors (cyclic Jacobi; Golub and Van Loan, section 8.5).
#pragma once

#include <array>

namespace inkstone::post {

using Vector3 = std::array<double, 3>;
using Matrix3 = std::array<Vector3, 3>;

Matrix3 operator*(const Matrix3& a, const Matrix3& b);
Vector3 operator*(const Matrix3& a, const Vector3& v);

// L, lower triangular, with L L^T = a; a is symmetric positive definite.
Matrix3 cholesky(const Matrix3& a);
Matrix3 inverse_lower(const Matrix3& l);

// a^power of a symmetric positive definite matrix.
Matrix3 symmetric_power(const Matrix3& a, double power);

}  // namespace inkstone::post
