package org.ebpf4j.linux.reference;

import java.util.Comparator;

/// One object of the kernel: ids are unique among objects of a kind, for as long as the object
/// lives.
///
/// @param type its kind
/// @param id its id
public record ObjectKey(ObjectType type, int id) implements Comparable<ObjectKey> {
  private static final Comparator<ObjectKey> ORDER =
      Comparator.comparing(ObjectKey::type).thenComparingInt(ObjectKey::id);

  public static ObjectKey program(int id) {
    return new ObjectKey(ObjectType.PROGRAM, id);
  }

  public static ObjectKey map(int id) {
    return new ObjectKey(ObjectType.MAP, id);
  }

  public static ObjectKey link(int id) {
    return new ObjectKey(ObjectType.LINK, id);
  }

  public static ObjectKey types(int id) {
    return new ObjectKey(ObjectType.TYPES, id);
  }

  @Override
  public int compareTo(ObjectKey other) {
    return ORDER.compare(this, other);
  }

  /// The kind and the id: `prog 42`.
  @Override
  public String toString() {
    return type.label() + " " + id;
  }
}
