package org.ebpf4j.cli.process;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.Errno;
import org.ebpf4j.error.KernelException;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.error.NotMountedException;
import org.ebpf4j.error.PermissionException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.error.VerifierException;

/// Why a command did not do what it was to do: what is said of it, and the exit status.
///
/// @param status the exit status
/// @param lines what is said, each to be put behind the name of this program
public record Failure(int status, List<String> lines) {
  /// That of an exception or error of any kind.
  public static Failure of(Throwable e) {
    if (e instanceof OutputException output && output.isClosed()) {
      return new Failure(ExitStatus.FAILED, List.of());
    }
    var lines = new ArrayList<String>();
    lines.add(describe(e));
    for (var other : e.getSuppressed()) {
      if (!(other instanceof OutputException)) {
        lines.add("and while cleaning up: " + describe(other));
      }
    }
    return new Failure(status(e), List.copyOf(lines));
  }

  /// What an exception says to who uses this program; of one that should never have been thrown,
  /// that it is a fault.
  public static String describe(Throwable e) {
    return switch (e) {
      case MalformedObjectException malformed ->
          malformed.getMessage() + "\n  try: " + malformed.advice();
      case BpfException _ -> String.valueOf(e.getMessage());
      case OutOfMemoryError _ ->
          "out of memory: a heap of "
              + (Runtime.getRuntime().maxMemory() >> 20)
              + " MB is too small for this; a larger one: JAVA_TOOL_OPTIONS=-Xmx4g";
      default -> "a fault of ebpf4j itself, please report it: " + e;
    };
  }

  private static int status(Throwable e) {
    return switch (e) {
      case EndedException _ -> ExitStatus.INTERRUPTED;
      case NotFoundException _ -> ExitStatus.NOT_FOUND;
      case NotMountedException _ -> ExitStatus.NOT_FOUND;
      case PermissionException _ -> ExitStatus.NOT_PERMITTED;
      case UnsupportedFeatureException _ -> ExitStatus.NOT_SUPPORTED;
      case VerifierException _ -> ExitStatus.REJECTED;
      case KernelException kernel -> status(kernel);
      default -> ExitStatus.FAILED;
    };
  }

  /// What is said of a program of an object that is left out.
  ///
  /// @param done what was not done with it: `loaded`, `attached`
  public static String ofProgram(String done, String program, BpfException why) {
    var message = String.valueOf(why.getMessage());
    return "not "
        + done
        + ": "
        + (message.startsWith("program '" + program + "'") ? "" : "'" + program + "': ")
        + message;
  }

  /// Pins, objects, devices and processes are found by the kernel, or are not.
  private static int status(KernelException e) {
    return switch (e.errno()) {
      case Errno.ENODEV, Errno.ESRCH -> ExitStatus.NOT_FOUND;
      case Errno.ENOENT -> isOfPins(e) || isOfIds(e) ? ExitStatus.NOT_FOUND : ExitStatus.FAILED;
      case Errno.EPERM -> ExitStatus.NOT_PERMITTED;
      case Errno.EACCES -> isOfPins(e) ? ExitStatus.NOT_PERMITTED : ExitStatus.FAILED;
      default -> ExitStatus.FAILED;
    };
  }

  private static boolean isOfPins(KernelException e) {
    return e.command().startsWith("OBJ_") || e.command().startsWith("open");
  }

  private static boolean isOfIds(KernelException e) {
    return e.command().endsWith("_GET_FD_BY_ID");
  }

  /// A message whose further lines are indented, so that no name with a line break in it can look
  /// like a message of its own.
  public static String indented(String message) {
    return message.replaceAll("\n(?!  )", "\n  ");
  }

  /// Says it.
  public void print(PrintWriter err) {
    lines.forEach(line -> err.println("ebpf4j: " + indented(line)));
    err.flush();
  }
}
