package org.ebpf4j.linux.internal.attach;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.ebpf4j.linux.internal.sys.Fd;

/// What holds a program on its hook, for as long as this is open: bpf links, or, where the kernel
/// has none for the hook, the descriptors that stand for the attachment and a call that ends it.
public final class Attachment implements AutoCloseable {
  /// Ends an attachment that outlives its descriptors.
  interface Detach {
    void run();
  }

  private static final Detach NOTHING = () -> {};

  private final List<Fd> links;
  private final List<Fd> carriers;
  private final Detach detach;
  private final AtomicBoolean open = new AtomicBoolean(true);

  private Attachment(List<Fd> links, List<Fd> carriers, Detach detach) {
    this.links = List.copyOf(links);
    this.carriers = List.copyOf(carriers);
    this.detach = detach;
  }

  /// A bpf link by itself.
  public static Attachment ofLink(Fd link) {
    return new Attachment(List.of(link), List.of(), NOTHING);
  }

  /// Bpf links on events of the perf subsystem, or the events alone where the kernel has no such
  /// links.
  static Attachment ofEvents(List<Fd> links, List<Fd> events, Detach stop) {
    return new Attachment(links, events, stop);
  }

  /// A hook without links.
  static Attachment ofHook(List<Fd> carriers, Detach detach) {
    return new Attachment(List.of(), carriers, detach);
  }

  /// The bpf links; none on hooks that have none.
  public List<Fd> links() {
    return links;
  }

  /// Whether the kernel ends the attachment when the last reference to its links goes, and not
  /// before: such an attachment can be pinned.
  public boolean isLink() {
    return !links.isEmpty();
  }

  /// Whether it is still held from here.
  public boolean isOpen() {
    return open.get();
  }

  @Override
  public void close() {
    if (open.compareAndSet(true, false)) {
      try {
        detach.run();
      } finally {
        links.forEach(Fd::close);
        carriers.forEach(Fd::close);
      }
    }
  }
}
