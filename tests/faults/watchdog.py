"""Ends servers whose test run has ended, in whatever way: ``python -m tests.faults.watchdog FOLDER``.

It waits at the end of a pipe that the run alone holds open. A signal at the death of a parent would not do: servers have
other parents, and the kernel forgets it where root hands over to another user.
"""

import sys

from tests.faults.own_servers import OwnServers

if __name__ == "__main__":
    servers = OwnServers.at(sys.argv[1])
    sys.stdin.buffer.read()
    servers.end()
