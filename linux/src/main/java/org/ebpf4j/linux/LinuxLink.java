package org.ebpf4j.linux;

import java.io.InputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.IntConsumer;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.Link;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.query.LinkHeader;
import org.ebpf4j.linux.internal.query.LinkReading;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.query.Pins;
import org.ebpf4j.linux.internal.query.ProbeMisses;
import org.ebpf4j.linux.internal.query.Surroundings;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.jspecify.annotations.Nullable;

/// A program on its hook. Closing detaches it, unless a pin holds the link as well. It may be used
/// from any thread.
///
/// On most hooks there is a link object of the kernel behind it. Sockets have none, nor have
/// tracepoints and kprobes before 5.15, cgroups before 5.7, nor maps of sockets before 6.10: there
/// it cannot be pinned. A perf event has one for each CPU or thread, and probes of many places one
/// for each where the kernel has no link on many.
///
/// The kernel exchanges the program of cgroup, netns, xdp, tcx, netkit, sockmap, iter and
/// struct_ops links, and detaches those and netfilter links whoever holds them. Links of tracing,
/// probes and perf events keep their program, and end with their last reference.
public final class LinuxLink implements Link {
  /// `BPF_LINK_TYPE_ITER`.
  private static final int ITERATOR = 4;

  /// `BPF_LINK_TYPE_STRUCT_OPS`.
  private static final int STRUCT_OPS = 9;

  private final Steps steps;
  private final @Nullable AttachPoint point;
  private final Attachment attachment;
  private volatile String program;

  /// Whether a pin was made here, or it was opened from one.
  private volatile boolean pinned;

  LinuxLink(Steps steps, String program, @Nullable AttachPoint point, Attachment attachment) {
    this.steps = steps;
    this.program = program;
    this.point = point;
    this.attachment = attachment;
  }

  @Override
  public Optional<AttachPoint> attachPoint() {
    return Optional.ofNullable(point);
  }

  /// The link that a descriptor refers to, which is closed where that fails.
  ///
  /// @param pinned whether it comes from a pin
  static LinuxLink opened(Steps steps, Fd fd, boolean pinned) {
    try {
      var program = "program " + ObjectInfo.link(fd.number()).programId();
      var link = new LinuxLink(steps, program, null, Attachment.ofLink(fd));
      link.pinned = pinned;
      return link;
    } catch (RuntimeException | Error e) {
      fd.close();
      throw e;
    }
  }

  @Override
  public String programName() {
    return program;
  }

  @Override
  public List<Integer> ids() {
    return headers().stream().map(LinkHeader::id).toList();
  }

  /// How often probes of the kernel were hit and the program was not run, as one was running on
  /// that CPU already. Empty on other hooks, and where the kernel does not count it (before 6.7).
  /// Runs that a program itself kept from running are among the missed ones of its statistics.
  ///
  /// @throws IllegalStateException after [#close()]
  public OptionalLong missed() {
    checkOpen();
    var counts =
        attachment.withLinks(links ->
            links.stream().map(ProbeMisses::of).flatMapToLong(OptionalLong::stream).toArray());
    return counts.length == 0 ? OptionalLong.empty() : OptionalLong.of(Arrays.stream(counts).sum());
  }

  /// What the kernel says of its link objects, with the names of what they are on, which are looked
  /// for each time: for a link on a network device, in all network namespaces that this process may
  /// enter. None where the hook has no link objects.
  ///
  /// @throws IllegalStateException after [#close()]
  /// @throws org.ebpf4j.error.KernelException where the kernel does not tell
  public List<LinkInfo> info() {
    checkOpen();
    try (var surroundings = new Surroundings()) {
      var reading = new LinkReading(surroundings);
      return attachment.withLinks(links -> links.stream().map(reading::of).toList());
    }
  }

  private List<LinkHeader> headers() {
    checkOpen();
    return attachment.withLinks(links -> links.stream().map(ObjectInfo::link).toList());
  }

  @Override
  public void update(BpfProgram newProgram) {
    update(newProgram, null, "");
  }

  @Override
  public void update(BpfProgram newProgram, BpfProgram expected) {
    update(newProgram, expected, " instead of '" + expected.name() + "'");
  }

  private void update(BpfProgram newProgram, @Nullable BpfProgram expected, String instead) {
    var name = newProgram.name();
    var before = describe();
    try (var descriptors = new Descriptors()) {
      attachment.update(
          "updating " + before + " to '" + name + "'" + instead,
          descriptors.of(newProgram),
          expected == null ? 0 : descriptors.of(expected));
    }
    program = name;
    steps.report(Step.Action.UPDATE, before, "to '" + name + "'" + instead);
  }

  @Override
  public void detach() {
    if (attachment.detach("detaching " + describe())) {
      steps.report(Step.Action.DETACH, describe(), "detached");
    }
  }

  @Override
  public void disconnect() {
    checkOpen();
    var what = "disconnecting " + describe();
    if (!attachment.isStanding() && !pinned) {
      throw new UnsupportedFeatureException(
          "disconnect",
          null,
          what
              + ": "
              + (attachment.isLink()
                  ? "the kernel detaches a program with the last reference to its link"
                      + "\n  try: pin(path) in a bpffs, whose pin is such a reference"
                  : "this kernel has no link object for such a hook, and detaches the program"
                      + " with this process"));
    }
    attachment.leave(what);
  }

  @Override
  public InputStream read() {
    var what = "reading " + describe();
    var info = headers();
    if (info.size() != 1 || info.getFirst().type() != ITERATOR) {
      throw new UnsupportedFeatureException(
          "iterator",
          null,
          what
              + ": it is no link of an iterator\n"
              + "  try: a program in SEC(\"iter/TARGET\"); what others report comes through maps"
              + " and rings");
    }
    var opened = attachment.withLinks(links -> Bpf.iterCreate(links.getFirst()));
    if (!opened.ok()) {
      throw KernelException.of(what, "ITER_CREATE", opened.errno());
    }
    return new IteratorStream(what, opened.fd());
  }

  /// Does something with the descriptor of the link of a map of functions.
  ///
  /// @param what what it is wanted for, for the message
  void ofStructOps(String what, IntConsumer use) {
    var info = headers();
    if (info.size() != 1 || info.getFirst().type() != STRUCT_OPS) {
      throw new UnsupportedFeatureException(
          "struct_ops",
          "6.4",
          what
              + ": "
              + describe()
              + " is no link of struct_ops, whose functions the kernel exchanges: a map in a"
              + " section .struct_ops has none\n  try: SEC(\".struct_ops.link\")");
    }
    attachment.withLinks(links -> {
      use.accept(links.getFirst());
      return links;
    });
  }

  @Override
  public boolean isAttached() {
    return attachment.isThere();
  }

  @Override
  public void pin(Path path) {
    checkOpen();
    if (!attachment.isLink()) {
      throw new UnsupportedFeatureException(
          "link",
          null,
          describe()
              + " cannot be pinned: this kernel has no link object for such a hook, so it lasts as"
              + " long as this process\n  try: keep the process running");
    }
    if (attachment.links().size() > 1) {
      throw new UnsupportedFeatureException(
          "link",
          null,
          describe()
              + " cannot be pinned as one: it is made of "
              + attachment.links().size()
              + " links, one for each event\n  try: attach to each place by itself, and pin those links");
    }
    attachment.withLinks(links -> {
      Pins.pin(describe(), links.getFirst(), path);
      return links;
    });
    pinned = true;
    attachment.pinned();
    steps.report(Step.Action.PIN, describe(), path.toString());
  }

  private void checkOpen() {
    if (!attachment.isOpen()) {
      throw new IllegalStateException(describe() + " is closed");
    }
  }

  private String describe() {
    return "the link of '" + program + "'" + (point == null ? "" : " to " + point.describe());
  }

  @Override
  public boolean isOpen() {
    return attachment.isOpen();
  }

  @Override
  public void close() {
    if (!attachment.isOpen()) {
      return;
    }
    var wasDetached = attachment.isDetached();
    try {
      attachment.close();
    } catch (BpfException e) {
      throw new BpfException(describe() + " could not be undone: " + e.getMessage(), e);
    }
    if (!wasDetached) {
      steps.report(Step.Action.DETACH, describe(), "closed");
    }
  }

  @Override
  public String toString() {
    return describe() + " (" + identity() + (attachment.isDetached() ? ", detached)" : ")");
  }

  private String identity() {
    try {
      var links = headers();
      return links.isEmpty()
          ? "no link object"
          : links.getFirst().typeLabel()
              + ", id "
              + String.join(", ", links.stream().map(link -> Integer.toString(link.id())).toList());
    } catch (IllegalStateException closed) {
      return "closed";
    }
  }
}
