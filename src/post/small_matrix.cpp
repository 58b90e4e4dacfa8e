#include "post/small_matrix.hpp"

#include <algorithm>
#include <cmath>

namespace inkstone::post {
namespace {

constexpr Matrix3 kIdentity = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};

Matrix3 transpose(const Matrix3& a) {
  Matrix3 t;
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) t[i][j] = a[j][i];
  return t;
}

// The rotation in the plane (p, q) that makes a[p][q] zero.
Matrix3 jacobi_rotation(const Matrix3& a, int p, int q) {
  Matrix3 r = kIdentity;
  if (std::abs(a[p][q]) < 1e-300) return r;
  const double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const double t = (theta >= 0 ? 1 : -1) / (std::abs(theta) + std::sqrt(theta * theta + 1));
  const double c = 1 / std::sqrt(t * t + 1);
  r[p][p] = r[q][q] = c;
  r[p][q] = t * c;
  r[q][p] = -t * c;
  return r;
}

}  // namespace

Matrix3 operator*(const Matrix3& a, const Matrix3& b) {
  Matrix3 product = {};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 3; ++k) product[i][j] += a[i][k] * b[k][j];
  return product;
}

Vector3 operator*(const Matrix3& a, const Vector3& v) {
  Vector3 product = {};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 3; ++j) product[i] += a[i][j] * v[j];
  return product;
}

Matrix3 cholesky(const Matrix3& a) {
  Matrix3 l = {};
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j <= i; ++j) {
      double sum = a[i][j];
      for (int k = 0; k < j; ++k) sum -= l[i][k] * l[j][k];
      l[i][j] = i == j ? std::sqrt(std::max(sum, 1e-12)) : sum / l[j][j];
    }
  return l;
}

Matrix3 inverse_lower(const Matrix3& l) {
  Matrix3 inverse = {};
  for (int column = 0; column < 3; ++column)
    for (int i = column; i < 3; ++i) {
      double sum = i == column ? 1 : 0;
      for (int k = column; k < i; ++k) sum -= l[i][k] * inverse[k][column];
      inverse[i][column] = sum / l[i][i];
    }
  return inverse;
}

Matrix3 symmetric_power(const Matrix3& a, double power) {
  Matrix3 diagonal = a, vectors = kIdentity;
  for (int sweep = 0; sweep < 12; ++sweep)
    for (const auto& [p, q] : {std::pair{0, 1}, {0, 2}, {1, 2}}) {
      const Matrix3 r = jacobi_rotation(diagonal, p, q);
      diagonal = transpose(r) * diagonal * r;
      vectors = vectors * r;
    }
  Matrix3 scaled = {};
  for (int i = 0; i < 3; ++i) scaled[i][i] = std::pow(std::max(diagonal[i][i], 1e-12), power);
  return vectors * scaled * transpose(vectors);
}

}  // namespace inkstone::post
