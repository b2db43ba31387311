package org.ebpf4j.linux.internal.attach;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.attachment.Attachment;
import org.ebpf4j.linux.internal.host.PerfLimits;
import org.ebpf4j.linux.internal.host.Privileges.Capability;
import org.ebpf4j.linux.internal.host.Refusal;
import org.ebpf4j.linux.internal.probe.KernelFeatures;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.linux.internal.sys.LinkCreate;
import org.ebpf4j.linux.internal.sys.Perf;
import org.ebpf4j.load.KernelFeature;
import org.jspecify.annotations.Nullable;

/// The tie between a program and events of the perf subsystem: a link on each event (since 5.15),
/// or else an ioctl; then the event is enabled.
final class EventTie {
  static final String OPEN = "perf_event_open";

  /// What tying a program to an event, or to several places, wants.
  static final Set<Capability> NEEDS = EnumSet.of(Capability.CAP_BPF, Capability.CAP_PERFMON);

  private EventTie() {}

  /// Ties the program to each event; takes the events over, also where it fails.
  ///
  /// @param cookie what the program can ask for there; 0 for nothing
  static Attachment tie(Attaching program, List<Fd> events, long cookie) {
    return tie(program, events, cookie, null);
  }

  /// The same.
  ///
  /// @param afterwards what is done once the events are closed, also where it fails; null for
  ///   nothing
  static Attachment tie(
      Attaching program, List<Fd> events, long cookie, @Nullable Runnable afterwards) {
    var links = new ArrayList<Fd>();
    try {
      for (var event : events) {
        tie(program, event, cookie, links);
      }
    } catch (RuntimeException | Error e) {
      end(links, events, afterwards);
      throw e;
    }
    // Without a link the event itself has to be stopped; closing it would do, but only with its
    // last descriptor.
    return Attachment.ofEvents(
        links,
        events,
        () -> {
          if (links.isEmpty()) {
            events.forEach(event -> Perf.disable(event.number()));
          }
          if (afterwards != null) {
            end(links, events, afterwards);
          }
        });
  }

  private static void end(List<Fd> links, List<Fd> events, @Nullable Runnable afterwards) {
    links.forEach(Fd::close);
    events.forEach(Fd::close);
    if (afterwards != null) {
      afterwards.run();
    }
  }

  private static void tie(Attaching program, Fd event, long cookie, List<Fd> links) {
    var link = Bpf.linkCreate(new LinkCreate.OnEvent(program.program(), event.number(), cookie));
    if (link.ok()) {
      links.add(link.fd());
      program.step(
          "LINK_CREATE perf_event on "
              + event
              + (cookie == 0 ? "" : ", cookie " + Long.toUnsignedString(cookie))
              + ": "
              + link.fd());
    } else if (link.errno() == Errno.EINVAL && cookie == 0) {
      // Kernels before 5.15 have no links on events.
      check(
          program,
          "ioctl PERF_EVENT_IOC_SET_BPF",
          Perf.setProgram(event.number(), program.program()));
      program.step("ioctl PERF_EVENT_IOC_SET_BPF on " + event);
    } else if (link.errno() == Errno.EINVAL
        && !KernelFeatures.ofProcess().has(KernelFeature.PERF_LINKS)) {
      throw noCookie(program, "5.15", "links on perf events");
    } else {
      throw refusal(program, "LINK_CREATE", link.errno());
    }
    check(program, "ioctl PERF_EVENT_IOC_ENABLE", Perf.enable(event.number()));
    program.step("ioctl PERF_EVENT_IOC_ENABLE on " + event);
  }

  /// The refusal to open an event.
  static KernelException refusedEvent(Attaching program, int errno) {
    var paranoid = PerfLimits.paranoid();
    if (errno == Errno.EACCES && paranoid > 2) {
      var refusal =
          Refusal.of(
              program.what()
                  + ": kernel.perf_event_paranoid is "
                  + paranoid
                  + ", which leaves events to CAP_SYS_ADMIN (2 opens them to CAP_PERFMON)",
              OPEN,
              errno,
              EnumSet.of(Capability.CAP_SYS_ADMIN));
      if (refusal instanceof PermissionException) {
        return refusal;
      }
    }
    return program.refusal(OPEN, errno, EnumSet.of(Capability.CAP_PERFMON));
  }

  /// The lack of cookies on a kind of hook.
  ///
  /// @param since the first kernel that has them
  /// @param with what they came with
  static UnsupportedFeatureException noCookie(Attaching program, String since, String with) {
    return new UnsupportedFeatureException(
        "cookie",
        since,
        program.what()
            + ": this kernel gives programs no cookie here; it came with "
            + with
            + " in Linux "
            + since
            + "\n"
            + "  try: without the cookie, and load the program once for each place that it is to"
            + " tell from others");
  }

  private static void check(Attaching program, String command, int errno) {
    if (errno != 0) {
      throw refusal(program, command, errno);
    }
  }

  private static BpfException refusal(Attaching program, String command, int errno) {
    if (errno == Errno.EEXIST) {
      return new KernelException(
          command,
          errno,
          program.what()
              + ": "
              + command
              + ": "
              + Errno.describe(errno)
              + ": this program is on this event already, and an event takes each program once");
    }
    return program.refusal(command, errno, NEEDS);
  }
}
