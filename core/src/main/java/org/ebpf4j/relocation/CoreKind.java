package org.ebpf4j.relocation;

import java.util.List;
import java.util.Optional;

/// What a CO-RE relocation asks about a field, a type or an enumerator: `enum bpf_core_relo_kind`
/// in `linux/bpf.h`.
public enum CoreKind {
  FIELD_BYTE_OFFSET(0, Subject.FIELD, "offset"),
  FIELD_BYTE_SIZE(1, Subject.FIELD, "size"),
  FIELD_EXISTS(2, Subject.FIELD, "existence"),
  FIELD_SIGNED(3, Subject.FIELD, "signedness"),
  FIELD_LSHIFT_U64(4, Subject.FIELD, "left shift"),
  FIELD_RSHIFT_U64(5, Subject.FIELD, "right shift"),
  TYPE_ID_LOCAL(6, Subject.TYPE, "local id"),
  TYPE_ID_TARGET(7, Subject.TYPE, "id"),
  TYPE_EXISTS(8, Subject.TYPE, "existence"),
  TYPE_SIZE(9, Subject.TYPE, "size"),
  ENUMVAL_EXISTS(10, Subject.ENUMERATOR, "existence"),
  ENUMVAL_VALUE(11, Subject.ENUMERATOR, "value"),
  TYPE_MATCHES(12, Subject.TYPE, "match");

  /// What a relocation is about.
  enum Subject {
    FIELD,
    TYPE,
    ENUMERATOR
  }

  private static final List<CoreKind> BY_NUMBER = List.of(values());

  private final int number;
  private final Subject subject;
  private final String property;

  CoreKind(int number, Subject subject, String property) {
    this.number = number;
    this.subject = subject;
    this.property = property;
  }

  /// The kind with that number in a file, if there is one.
  public static Optional<CoreKind> of(int number) {
    return number >= 0 && number < BY_NUMBER.size()
        ? Optional.of(BY_NUMBER.get(number))
        : Optional.empty();
  }

  /// The number in files.
  public int number() {
    return number;
  }

  Subject subject() {
    return subject;
  }

  /// What is asked for, in a word or two: `offset`.
  String property() {
    return property;
  }
}
