package org.ebpf4j.vm.internal.life;

/// An object of the kernel: it lives for as long as something refers to it. Its count changes under
/// the lock of its [Registry].
public abstract class Kept {
  private final Kind kind;
  private final int id;
  int references;

  /// What there are ids of.
  public enum Kind {
    MAP,
    PROGRAM,
    LINK;

    /// As in a message.
    public String label() {
      return name().toLowerCase(java.util.Locale.ROOT);
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

  /// Gives back what it holds, as nothing refers to it any more. Called under the registry's lock.
  protected abstract void released();
}
