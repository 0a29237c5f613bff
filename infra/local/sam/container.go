package sam

import (
	"fmt"
	"strings"
)

type taskProperties struct {
	TaskRoleArn string

	ContainerDefinitions []struct {
		Name        string
		Environment []struct {
			Name  string
			Value any
		}
		Secrets []struct{ Name, ValueFrom string }

		Command                any
		Essential              any
		HealthCheck            any
		Image                  any
		LinuxParameters        any
		LogConfiguration       any
		ReadonlyRootFilesystem any
		StopTimeout            any
		User                   any
	}

	Cpu                     any
	ExecutionRoleArn        any
	Family                  any
	Memory                  any
	NetworkMode             any
	RequiresCompatibilities any
	RuntimePlatform         any
	Tags                    any
}

func (r *reader) readTask(res resource) error {
	var p taskProperties
	if err := r.properties(res, &p); err != nil {
		return err
	}
	for _, c := range p.ContainerDefinitions {
		values := map[string]any{}
		for _, v := range c.Environment {
			values[v.Name] = v.Value
		}
		for _, s := range c.Secrets {
			values[s.Name] = secretPrefix + s.ValueFrom + secretSuffix
		}
		env, err := variables(values)
		if err != nil {
			return fmt.Errorf("container %s: %w", c.Name, err)
		}
		r.out.Containers = append(r.out.Containers, Container{ID: res.id, Name: c.Name, Env: env, role: p.TaskRoleArn})
	}
	return nil
}

const (
	secretPrefix = "{{resolve:secretsmanager:"
	secretSuffix = "}}"
)

// FillSecrets puts secrets, by ARN, into the environments of the containers that name them, as the agent of ECS does.
// A secret that is not among them is an error. Functions read theirs by themselves.
func (t *Template) FillSecrets(secrets map[string]string) error {
	for _, c := range t.Containers {
		for name, value := range c.Env {
			if !strings.HasPrefix(value, secretPrefix) {
				continue
			}
			secret, ok := secrets[strings.TrimSuffix(strings.TrimPrefix(value, secretPrefix), secretSuffix)]
			if !ok {
				return fmt.Errorf("%s: environment variable %s: the local stack has no value for %s", c.ID, name, value)
			}
			c.Env[name] = secret
		}
	}
	return nil
}
