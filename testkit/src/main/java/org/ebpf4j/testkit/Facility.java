package org.ebpf4j.testkit;

import java.io.IOException;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Something a machine may have or lack, told by looking at it.
public enum Facility {
  SPEED("this machine is emulated, too slow for floods of events") {
    @Override
    boolean present() {
      // Set in the virtual machines of kernels/run.
      return System.getProperty("ebpf4j.kernel") == null;
    }
  },
  KPROBES("the kernel has no kprobes") {
    @Override
    boolean present() {
      return Files.exists(Path.of("/sys/bus/event_source/devices/kprobe/type"));
    }
  },
  TRACEFS("tracefs is not mounted") {
    @Override
    boolean present() {
      return mounted(" - tracefs ");
    }
  },
  BPFFS("no bpffs is mounted at /sys/fs/bpf") {
    @Override
    boolean present() {
      return mounted(" /sys/fs/bpf ");
    }
  },
  CGROUP2("no cgroups of version 2 are mounted") {
    @Override
    boolean present() {
      return mounted(" - cgroup2 ");
    }
  },
  LOOPBACK("the loopback device of this network namespace is down") {
    @Override
    boolean present() {
      try {
        var loopback = NetworkInterface.getByName("lo");
        return loopback != null && loopback.isUp();
      } catch (SocketException _) {
        return false;
      }
    }
  },
  IP("the command ip is missing") {
    @Override
    boolean present() {
      return onPath("ip");
    }
  },
  TC("the command tc is missing") {
    @Override
    boolean present() {
      return onPath("tc");
    }
  },
  BPFTOOL("the command bpftool is missing") {
    @Override
    boolean present() {
      return onPath("bpftool");
    }
  },
  SETPRIV("the command setpriv is missing") {
    @Override
    boolean present() {
      return onPath("setpriv");
    }
  },
  UNSHARE("the command unshare is missing") {
    @Override
    boolean present() {
      return onPath("unshare");
    }
  },
  ZSH("the shell zsh is missing") {
    @Override
    boolean present() {
      return onPath("zsh");
    }
  },
  FISH("the shell fish is missing") {
    @Override
    boolean present() {
      return onPath("fish");
    }
  },
  JFR("the JVM comes without the command jfr") {
    @Override
    boolean present() {
      return Files.isExecutable(Path.of(System.getProperty("java.home"), "bin", "jfr"));
    }
  };

  private final String lack;

  Facility(String lack) {
    this.lack = lack;
  }

  abstract boolean present();

  /// Why a test that wants it cannot run, if it is missing.
  public Optional<String> missing() {
    return present() ? Optional.empty() : Optional.of(lack);
  }

  private static boolean mounted(String needle) {
    try {
      return Files.readString(Path.of("/proc/self/mountinfo")).contains(needle);
    } catch (IOException _) {
      return false;
    }
  }

  private static boolean onPath(String command) {
    for (var directory :
        Optional.ofNullable(System.getenv("PATH"))
            .orElse("/bin:/usr/bin:/usr/sbin:/sbin")
            .split(":")) {
      if (Files.isExecutable(Path.of(directory, command))) {
        return true;
      }
    }
    return false;
  }
}
