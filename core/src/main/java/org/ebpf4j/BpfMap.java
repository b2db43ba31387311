package org.ebpf4j;

import java.util.Optional;

/// A map. Holds one reference to it; programs that use it hold others. Keys and values are bytes in
/// the machine's order.
public interface BpfMap extends AutoCloseable {
  /// What an update does with a key that is there, or not.
  enum Update {
    /// Writes either way (`BPF_ANY`).
    ANY,
    /// Only where the key is not there (`BPF_NOEXIST`).
    NO_EXIST,
    /// Only where it is (`BPF_EXIST`).
    EXIST
  }

  /// Its name in the object it came from.
  String name();

  /// Bytes in a key.
  int keySize();

  /// Bytes in what [#lookup(byte[])] returns and [#update(byte[], byte[], Update)] takes: the
  /// value, or for per-CPU maps the value rounded up to 8 bytes, once for each possible CPU.
  int valueSize();

  /// The value of a key, or empty where it is not there.
  ///
  /// @throws IllegalArgumentException for a key of another size
  Optional<byte[]> lookup(byte[] key);

  /// Writes a value.
  ///
  /// @throws IllegalArgumentException for a key or value of another size
  /// @throws org.ebpf4j.error.KernelException where the kernel refuses, as with a full map
  ///   (`E2BIG`)
  void update(byte[] key, byte[] value, Update mode);

  /// Removes a key; false where it was not there.
  ///
  /// @throws IllegalArgumentException for a key of another size
  boolean delete(byte[] key);

  @Override
  void close();
}
