package org.ebpf4j.object;

/// Something that the object declares and the kernel is to supply. An object has them in the order
/// that libbpf numbers them in, because the number of one that is missing stands in the instruction
/// that wanted it. It never changes, and any thread may use it.
public sealed interface Extern {
  /// The name, as in C.
  String name();

  /// Whether the object can do without it: then it reads as zero, and a call of it is never
  /// reached.
  boolean weak();

  /// A value of the kernel's configuration, or one that a loader makes up (`LINUX_KERNEL_VERSION`):
  /// a variable in the map `.kconfig`.
  ///
  /// @param form what kind of value it takes
  /// @param signed whether a number is signed
  /// @param size its bytes
  /// @param offset where it stands in the map
  record Config(String name, boolean weak, Form form, boolean signed, int size, int offset)
      implements Extern {}

  /// What kind of value a variable of the configuration takes.
  enum Form {
    BOOL,
    CHAR,
    INT,
    TRISTATE,
    STRING
  }

  /// A variable of the kernel.
  ///
  /// @param type its BTF type in the object's types; 0 for one that is declared without a type
  ///   (`extern const void`), of which only the address is wanted
  record Variable(String name, boolean weak, int type) implements Extern {}

  /// A function of the kernel (a kfunc).
  ///
  /// @param prototype its BTF prototype in the object's types
  record Function(String name, boolean weak, int prototype) implements Extern {}
}
