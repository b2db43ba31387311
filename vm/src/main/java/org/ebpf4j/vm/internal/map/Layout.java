package org.ebpf4j.vm.internal.map;

/// What the entries of a map are like.
///
/// @param name the name of the map
/// @param keySize the bytes of a key
/// @param valueSize the bytes of a value, of one CPU in a per-CPU map
/// @param cpus how many CPUs have a value of their own, or 0
/// @param entries how many there may be
/// @param special the fields of a value that the kernel keeps to itself
/// @param release frees what programs have put into those
record Layout(
    String name,
    int keySize,
    int valueSize,
    int cpus,
    long entries,
    SpecialFields special,
    SpecialFields.Release release) {
  /// The same with another number of entries.
  Layout withEntries(long most) {
    return new Layout(name, keySize, valueSize, cpus, most, special, release);
  }

  /// The same with values of another size, for one CPU.
  Layout withValues(int size) {
    return new Layout(name, keySize, size, 0, entries, SpecialFields.NONE, release);
  }
}
