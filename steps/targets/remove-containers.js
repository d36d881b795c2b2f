// A program that removes the named containers, running or not. The suite runs it synchronously when its
// process ends.
import { getContainerRuntimeClient } from 'testcontainers';

const { container } = await getContainerRuntimeClient();
await Promise.allSettled(
  process.argv
    .slice(2)
    .map((name) => container.dockerode.getContainer(name).remove({ force: true })),
);
