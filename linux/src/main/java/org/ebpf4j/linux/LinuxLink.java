package org.ebpf4j.linux;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.Link;
import org.ebpf4j.Step;
import org.ebpf4j.Steps;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.inspect.LinkInfo;
import org.ebpf4j.linux.internal.attach.Attachment;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.query.Pins;
import org.ebpf4j.linux.internal.sys.Fd;
import org.jspecify.annotations.Nullable;

/// A program on its hook. Closing detaches it, unless a pin holds the link as well.
///
/// On most hooks there is a link object of the kernel behind it. Sockets have none, nor have
/// tracepoints and kprobes before 5.15, nor maps of sockets before 6.10: there it cannot be pinned.
/// A perf event has one for each CPU.
public final class LinuxLink implements Link {
  private final Steps steps;
  private final String program;
  private final @Nullable AttachPoint point;
  private final Attachment attachment;

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
  static LinuxLink opened(Steps steps, Fd fd) {
    try {
      var program = "program " + ObjectInfo.link(fd.number()).programId();
      return new LinuxLink(steps, program, null, Attachment.ofLink(fd));
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
    return info().stream().map(LinkInfo::id).toList();
  }

  /// What the kernel says of its link objects; none where the hook has none.
  ///
  /// @throws IllegalStateException after [#close()]
  public List<LinkInfo> info() {
    checkOpen();
    return attachment.links().stream().map(fd -> ObjectInfo.link(fd.number())).toList();
  }

  @Override
  public void pin(Path path) {
    checkOpen();
    if (!attachment.isLink()) {
      throw new UnsupportedFeatureException(
          "link",
          null,
          describe()
              + " cannot be pinned: this kernel has no link object for such a hook, so it lasts as long as this process");
    }
    if (attachment.links().size() > 1) {
      throw new UnsupportedFeatureException(
          "link",
          null,
          describe()
              + " cannot be pinned as one: it is made of "
              + attachment.links().size()
              + " links, one for each CPU");
    }
    var fd = attachment.links().getFirst().number();
    Pins.pin(describe(), fd, path);
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
    try {
      attachment.close();
    } catch (BpfException e) {
      throw new BpfException(describe() + " could not be undone: " + e.getMessage(), e);
    }
    steps.report(Step.Action.DETACH, describe(), "closed");
  }

  @Override
  public String toString() {
    return describe() + " (" + identity() + ")";
  }

  private String identity() {
    try {
      var links = info();
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
