package org.ebpf4j.maven.work;

/// Why a goal fails, to be told to whoever builds: what is wrong, where, and what to do.
final class GoalException extends RuntimeException {
  private static final long serialVersionUID = 1;

  GoalException(String message) {
    super(message);
  }

  GoalException(String message, Throwable cause) {
    super(message, cause);
  }
}
