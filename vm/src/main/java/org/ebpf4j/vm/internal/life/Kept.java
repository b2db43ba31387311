package org.ebpf4j.vm.internal.life;

import java.util.List;

/// An object of the kernel: it lives for as long as something refers to it. Its count changes under
/// the lock of its [Registry].
public abstract class Kept {
  private final Kind kind;
  private final int id;
  int references;
  int users;
  boolean gone;

  /// What there are ids of.
  public enum Kind {
    MAP,
    PROGRAM,
    LINK,
    HOST_OBJECT;

    /// As in a message.
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
  }

  protected Kept(Kind kind, int id) {
    this.kind = kind;
    this.id = id;
  }

  /// What it is.
  public final Kind kind() {
    return kind;
  }

  /// Its id, which no other of its kind ever had.
  public final int id() {
    return id;
  }

  /// Its name.
  public abstract String name();

  /// What it holds, once for each reference.
  public List<Held> held() {
    return List.of();
  }

  /// Lets go of what it has for user space alone: no number that is open and no pin refers to it
  /// any more, though programs or maps may.
  protected void unused() {}

  /// Gives back what it holds, as nothing refers to it any more. The registry is not locked.
  protected abstract void released();

  /// A reference to an object.
  ///
  /// @param object what is held
  /// @param where where in the holder, such as the key of an entry; empty where there is one place
  public record Held(Kept object, String where) {}
}
