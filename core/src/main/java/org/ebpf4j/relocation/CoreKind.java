package org.ebpf4j.relocation;

import java.util.List;
import java.util.Optional;

/// What a CO-RE relocation asks about a field, a type or an enumerator. The order is that of `enum
/// bpf_core_relo_kind` in `linux/bpf.h`, which gives the numbers in files.
public enum CoreKind {
  FIELD_BYTE_OFFSET(Subject.FIELD, "offset"),
  FIELD_BYTE_SIZE(Subject.FIELD, "size"),
  FIELD_EXISTS(Subject.FIELD, "existence"),
  FIELD_SIGNED(Subject.FIELD, "signedness"),
  FIELD_LSHIFT_U64(Subject.FIELD, "left shift"),
  FIELD_RSHIFT_U64(Subject.FIELD, "right shift"),
  TYPE_ID_LOCAL(Subject.TYPE, "local id"),
  TYPE_ID_TARGET(Subject.TYPE, "id"),
  TYPE_EXISTS(Subject.TYPE, "existence"),
  TYPE_SIZE(Subject.TYPE, "size"),
  ENUMVAL_EXISTS(Subject.ENUMERATOR, "existence"),
  ENUMVAL_VALUE(Subject.ENUMERATOR, "value"),
  TYPE_MATCHES(Subject.TYPE, "match");

  /// What a relocation is about.
  enum Subject {
    FIELD,
    TYPE,
    ENUMERATOR
  }

  private static final List<CoreKind> BY_NUMBER = List.of(values());

  private final Subject subject;
  private final String property;

  CoreKind(Subject subject, String property) {
    this.subject = subject;
    this.property = property;
  }

  /// The kind with that number in a file, if there is one.
  public static Optional<CoreKind> of(int number) {
    return number >= 0 && number < BY_NUMBER.size()
        ? Optional.of(BY_NUMBER.get(number))
        : Optional.empty();
  }

  Subject subject() {
    return subject;
  }

  /// What is asked for, in a word or two: `offset`.
  String property() {
    return property;
  }
}
