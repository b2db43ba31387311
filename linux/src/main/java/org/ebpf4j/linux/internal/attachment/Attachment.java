package org.ebpf4j.linux.internal.attachment;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Fd;
import org.jspecify.annotations.Nullable;

/// What holds a program on its hook, for as long as this is open: bpf links, or, where the kernel
/// has none for the hook, the descriptors that stand for the attachment and a call that ends it.
public final class Attachment implements AutoCloseable {
  /// Ends an attachment that outlives its descriptors.
  public interface Detach {
    void run();
  }

  /// Puts another program in the place of the one that is attached, on a hook without links.
  public interface Replacement {
    /// @param program the descriptor of the new program
    /// @param expected that of the program which must be attached, or 0 for any
    /// @throws org.ebpf4j.error.UnsupportedFeatureException where the hook cannot expect a program
    void with(int program, int expected);
  }

  private enum Kind {
    /// Links, which the kernel ends with their last reference.
    LINKS,
    /// Descriptors, which nobody else has: the attachment ends with them.
    DESCRIPTORS,
    /// The kernel keeps the program on its hook until it is taken off.
    STANDING
  }

  private static final Detach NOTHING = () -> {};

  private final Kind kind;
  private final List<Fd> links;
  private final List<Fd> carriers;
  private final Detach stop;
  private final @Nullable HeldProgram program;
  private final @Nullable Replacement replacement;
  private volatile Detach release = NOTHING;
  private volatile Detach leaving = NOTHING;
  private volatile BooleanSupplier presence = () -> true;
  private volatile boolean open = true;
  private volatile boolean detached;
  private boolean left;

  private Attachment(
      Kind kind,
      List<Fd> links,
      List<Fd> carriers,
      Detach stop,
      @Nullable HeldProgram program,
      @Nullable Replacement replacement) {
    this.kind = kind;
    this.links = List.copyOf(links);
    this.carriers = List.copyOf(carriers);
    this.stop = stop;
    this.program = program;
    this.replacement = replacement;
  }

  /// A bpf link by itself.
  public static Attachment ofLink(Fd link) {
    return new Attachment(Kind.LINKS, List.of(link), List.of(), NOTHING, null, null);
  }

  /// Bpf links on events of the perf subsystem, or the events alone where the kernel has no such
  /// links.
  public static Attachment ofEvents(List<Fd> links, List<Fd> events, Detach stop) {
    return new Attachment(
        links.isEmpty() ? Kind.DESCRIPTORS : Kind.LINKS, links, events, stop, null, null);
  }

  /// Several attachments as one, which takes them over.
  public static Attachment ofSeveral(List<Attachment> parts) {
    return parts.size() == 1
        ? parts.getFirst()
        : new Attachment(
            parts.stream().allMatch(Attachment::isLink) ? Kind.LINKS : Kind.DESCRIPTORS,
            parts.stream().flatMap(p -> p.links.stream()).toList(),
            parts.stream().flatMap(p -> p.carriers.stream()).toList(),
            () -> parts.forEach(p -> p.stop.run()),
            null,
            null);
  }

  /// A hook without links, whose program stays the same.
  public static Attachment ofHook(List<Fd> carriers, Detach detach) {
    return new Attachment(Kind.STANDING, List.of(), carriers, detach, null, null);
  }

  /// A hook without links, on which another program can take the place of the one that is attached.
  ///
  /// @param program the one that is attached, which `replacement` exchanges; closed with this
  public static Attachment ofHook(
      List<Fd> carriers, HeldProgram program, Detach detach, Replacement replacement) {
    return new Attachment(Kind.STANDING, List.of(), carriers, detach, program, replacement);
  }

  /// The same, with what is done once the program runs no more: what it needs is given back.
  public Attachment releasing(Detach what) {
    release = what;
    return this;
  }

  /// The same, with what is done when the program is to stay: what says whose it is is taken away.
  public Attachment leaving(Detach what) {
    leaving = what;
    return this;
  }

  /// The same, with what asks the kernel whether the program is on its hook, where there is no link
  /// that would say so: somebody else may have taken it off, or the hook may be gone.
  public Attachment asking(BooleanSupplier what) {
    presence = what;
    return this;
  }

  /// Whether the program is on its hook, as far as the kernel tells: it does of links that it has
  /// severed, and of most hooks without links.
  public synchronized boolean isThere() {
    return open
        && !detached
        && links.stream().noneMatch(fd -> ObjectInfo.isSevered(fd.number()))
        && presence.getAsBoolean();
  }

  /// Says that something else holds the links, too: what the program needs is not given back when
  /// this is closed.
  public void pinned() {
    release = NOTHING;
  }

  private void release() {
    var what = release;
    release = NOTHING;
    what.run();
  }

  /// The bpf links; none on hooks that have none.
  public List<Fd> links() {
    return links;
  }

  /// Does something with the numbers of the links, which stay theirs meanwhile, also where this is
  /// closed.
  ///
  /// @throws IllegalStateException where it is closed
  public <T> T withLinks(Function<List<Integer>, T> use) {
    var held = new ArrayList<Fd>();
    try {
      var numbers = new ArrayList<Integer>();
      for (var link : links) {
        numbers.add(link.hold());
        held.add(link);
      }
      return use.apply(numbers);
    } finally {
      held.forEach(Fd::release);
    }
  }

  /// Whether the kernel ends the attachment when the last reference to its links goes, and not
  /// before: such an attachment can be pinned.
  public boolean isLink() {
    return kind == Kind.LINKS;
  }

  /// Whether the kernel keeps the program on its hook when nobody holds anything of it.
  public boolean isStanding() {
    return kind == Kind.STANDING;
  }

  /// Whether it is still held from here.
  public boolean isOpen() {
    return open;
  }

  /// Whether it was detached from here.
  public boolean isDetached() {
    return detached;
  }

  /// Puts another program in the place of the one that is attached.
  ///
  /// @param what what is done, for messages
  /// @param newProgram the descriptor of the new program
  /// @param expected that of the program which must be attached, or 0 for any
  /// @throws IllegalStateException where it is closed or detached
  public synchronized void update(String what, int newProgram, int expected) {
    checkOpen(what);
    if (detached) {
      throw new IllegalStateException(what + ": it is detached");
    }
    if (isLink()) {
      LinkChange.update(what, links, newProgram, expected);
    } else if (replacement != null) {
      replacement.with(newProgram, expected);
    } else {
      throw LinkChange.noUpdate(what, "this kernel has no link object for such a hook");
    }
  }

  /// Takes the program off the hook, whoever else holds the links. This stays open.
  ///
  /// @param what what is done, for messages
  /// @return whether it was attached
  /// @throws IllegalStateException where it is closed
  public synchronized boolean detach(String what) {
    checkOpen(what);
    if (detached) {
      return false;
    }
    if (isLink()) {
      LinkChange.detach(what, links);
    } else {
      stop.run();
      if (kind == Kind.DESCRIPTORS) {
        carriers.forEach(Fd::close);
        release();
      }
    }
    detached = true;
    return true;
  }

  /// Has closing leave the program on its hook.
  ///
  /// @throws IllegalStateException where it is closed
  public synchronized void leave(String what) {
    checkOpen(what);
    if (!detached) {
      leaving.run();
    }
    if (program != null) {
      program.forget();
    }
    left = true;
  }

  private void checkOpen(String what) {
    if (!open) {
      throw new IllegalStateException(what + ": it is closed");
    }
  }

  @Override
  public synchronized void close() {
    if (!open) {
      return;
    }
    open = false;
    try {
      if (!detached && !left) {
        stop.run();
      }
    } finally {
      links.forEach(Fd::close);
      carriers.forEach(Fd::close);
      if (program != null) {
        program.close();
      }
    }
    if (!left) {
      release();
    }
  }
}
